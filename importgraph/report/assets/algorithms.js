// Graph algorithms, on nodes that are numbers. `each(node, visit)` names what a node leads to.

/** Return all nodes that a node leads to, itself included, in the order in which they are found. */
function closure(start, each = eachTarget) {
  const seen = new Set([start]);
  for (const node of seen) each(node, (target) => seen.add(target));
  return seen;
}

/** Return a shortest chain from a node to another; null if there is none.

   `skipped` holds steps, as `source target`, that may not be taken. */
function shortestChain(start, goal, each = eachTarget, skipped = new Set()) {
  const before = new Map([[start, -1]]);
  const work = [start];
  for (const node of work) {
    if (node === goal) {
      const chain = [];
      for (let at = goal; at !== -1; at = before.get(at)) chain.unshift(at);
      return chain;
    }
    each(node, (target) => {
      if (!before.has(target) && !skipped.has(`${node} ${target}`)) {
        before.set(target, node);
        work.push(target);
      }
    });
  }
  return null;
}

/** Return up to `most` chains between two nodes that share no step, shortest first. */
function separateChains(start, goal, most) {
  const skipped = new Set();
  const found = [];
  while (found.length < most && start !== goal) {
    const chain = shortestChain(start, goal, eachTarget, skipped);
    if (chain === null) break;
    for (let at = 1; at < chain.length; at += 1) skipped.add(`${chain[at - 1]} ${chain[at]}`);
    found.push(chain);
  }
  return found;
}

/** Return the immediate dominator of each node that a node leads to.

   The algorithm is the one of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
function dominators(start, each) {
  const order = postorder(start, each);
  const rank = new Map(order.map((node, place) => [node, place]));
  const before = order.map(() => []);
  for (const node of order) each(node, (target) => before[rank.get(target)].push(rank.get(node)));
  const above = new Int32Array(order.length).fill(-1);
  const top = order.length - 1;
  above[top] = top;
  for (let changed = true; changed;) {
    changed = false;
    for (let place = top - 1; place >= 0; place -= 1) {
      let found = -1;
      for (const source of before[place]) {
        if (above[source] !== -1) found = found === -1 ? source : meeting(above, found, source);
      }
      if (found !== above[place]) {
        above[place] = found;
        changed = true;
      }
    }
  }
  // From the start down, so that what dominates a node comes before it.
  return order.map((node, place) => ({ node, above: order[above[place]] })).reverse();
}

function meeting(above, one, other) {
  while (one !== other) {
    while (one < other) one = above[one];
    while (other < one) other = above[other];
  }
  return one;
}

/** Return the nodes that a node leads to, each after those it leads to. No recursion: chains are long. */
function postorder(start, each) {
  const targets = (node) => {
    const found = [];
    each(node, (target) => found.push(target));
    return found;
  };
  const seen = new Set([start]);
  const order = [];
  const stack = [[start, targets(start), 0]];
  while (stack.length) {
    const top = stack[stack.length - 1];
    if (top[2] === top[1].length) {
      order.push(top[0]);
      stack.pop();
      continue;
    }
    const next = top[1][top[2]];
    top[2] += 1;
    if (!seen.has(next)) {
      seen.add(next);
      stack.push([next, targets(next), 0]);
    }
  }
  return order;
}
