// Where boxes stand: importers above what they import, one row after another, frames around open packages.
//
// The steps are those of Sugiyama, Tagawa and Toda (1981): turn round the arcs that close cycles, give each box
// a layer, order each layer so that arcs cross little. Rows that get too long are wrapped.

const GAP = 14;
const ROW_GAP = 46;
const WRAP_GAP = 16;
const HEAD = 30;
const PAD = 14;

/** Place boxes and what is in them.

   Each item is `{ key, width, height, items? }`; an item with items is a frame that gets its size from them.
   Arcs are `[source key, target key, weight]` between items of one level. Sets `x` and `y` of each item,
   relative to its frame, and returns the size of the whole. */
function layOut(items, arcs, room) {
  for (const item of items) {
    if (!item.items) continue;
    const inner = layOut(item.items, item.arcs, Math.max(room * 0.6, 320));
    item.width = Math.max(inner.width + 2 * PAD, item.width);
    item.height = inner.height + HEAD + PAD;
  }
  const good = goodWidth(items, room);
  const layers = compact(layered(items, arcs), good);
  let y = 0;
  let width = 0;
  const rows = [];
  for (const layer of layers) {
    const parts = wrapped(layer, good);
    for (const [number, row] of parts.entries()) {
      const height = Math.max(...row.map((item) => item.height));
      const taken = row.reduce((sum, item) => sum + item.width, 0) + GAP * (row.length - 1);
      rows.push({ row, taken });
      for (const item of row) item.y = y;
      y += height + (number < parts.length - 1 ? WRAP_GAP : ROW_GAP);
      width = Math.max(width, taken);
    }
  }
  for (const { row, taken } of rows) {
    let x = (width - taken) / 2;
    for (const item of row) {
      item.x = x;
      x += item.width + GAP;
    }
  }
  return { width, height: Math.max(0, y - ROW_GAP) };
}

/** Return how wide a drawing should be so that it is about as wide and high as a screen. */
function goodWidth(items, room) {
  const total = items.reduce((sum, item) => sum + item.width + GAP, 0);
  const height = items.reduce((sum, item) => sum + item.height + ROW_GAP, 0) / Math.max(1, items.length);
  return Math.min(room * 1.5, Math.max(320, Math.sqrt(total * height * 1.5), ...items.map((item) => item.width)));
}

/** Put layers side by side where a drawing would be a tower: then importers stand above or to the left. */
function compact(layers, width) {
  const heights = layers.map((layer) => Math.max(...layer.map((item) => item.height)) + ROW_GAP);
  const height = heights.reduce((sum, one) => sum + one, 0);
  if (height <= width * 0.75 || layers.length < 4) return layers;
  const taken = (layer) => layer.reduce((sum, item) => sum + item.width + GAP, 0);
  const packed = [[]];
  for (const layer of layers) {
    const last = packed[packed.length - 1];
    const fits = taken(last) + taken(layer) <= width * 1.05;
    if (last.length && !fits) packed.push([...layer]);
    else last.push(...layer);
  }
  return packed;
}

/** Cut a layer into rows that fit, as even as they can be. */
function wrapped(layer, room) {
  const total = layer.reduce((sum, item) => sum + item.width + GAP, 0);
  const even = total / Math.ceil(total / Math.max(room, 200));
  const rows = [[]];
  let taken = 0;
  for (const item of layer) {
    if (rows[rows.length - 1].length && (taken + item.width > room || taken + item.width / 2 > even)) {
      rows.push([]);
      taken = 0;
    }
    rows[rows.length - 1].push(item);
    taken += item.width + GAP;
  }
  return rows;
}

/** Give each item a layer, those that import first, and order the layers; items without arcs come last. */
function layered(items, arcs) {
  const linked = new Set(arcs.flatMap(([source, target]) => [source, target]));
  const inner = items.filter((item) => linked.has(item.key));
  const alone = items.filter((item) => !linked.has(item.key));
  const forward = withoutCycles(inner, arcs);
  const depth = depths(inner, forward);
  const layers = [];
  for (const item of inner) (layers[depth.get(item.key)] ||= []).push(item);
  const full = layers.filter(Boolean);
  uncross(full, forward);
  return alone.length ? [...full, alone] : full;
}

/** Return arcs without cycles: those that go against a good order are turned round (Eades, Lin, Smyth 1993). */
function withoutCycles(items, arcs) {
  const place = new Map(greedyOrder(items, arcs).map((key, number) => [key, number]));
  return arcs.map(([source, target, weight]) =>
    place.get(source) < place.get(target) ? [source, target, weight] : [target, source, weight],
  );
}

function greedyOrder(items, arcs) {
  const out = new Map(items.map((item) => [item.key, new Map()]));
  const into = new Map(items.map((item) => [item.key, new Map()]));
  for (const [source, target, weight] of arcs) {
    out.get(source).set(target, weight);
    into.get(target).set(source, weight);
  }
  const left = new Set(out.keys());
  const head = [];
  const tail = [];
  const take = (key) => {
    left.delete(key);
    for (const target of out.get(key).keys()) into.get(target).delete(key);
    for (const source of into.get(key).keys()) out.get(source).delete(key);
  };
  const total = (links) => [...links.values()].reduce((sum, weight) => sum + weight, 0);
  while (left.size) {
    let moved = false;
    for (const key of [...left]) {
      if (out.get(key).size === 0) tail.unshift(key);
      else if (into.get(key).size === 0) head.push(key);
      else continue;
      take(key);
      moved = true;
    }
    if (moved) continue;
    const best = [...left].reduce((one, other) =>
      total(out.get(other)) - total(into.get(other)) > total(out.get(one)) - total(into.get(one)) ? other : one,
    );
    head.push(best);
    take(best);
  }
  return [...head, ...tail];
}

/** Return the layer of each item: one below the lowest that imports it, then as low as what it imports allows. */
function depths(items, arcs) {
  const targets = new Map(items.map((item) => [item.key, []]));
  const waiting = new Map(items.map((item) => [item.key, 0]));
  for (const [source, target] of arcs) {
    targets.get(source).push(target);
    waiting.set(target, waiting.get(target) + 1);
  }
  const depth = new Map(items.map((item) => [item.key, 0]));
  const work = items.map((item) => item.key).filter((key) => waiting.get(key) === 0);
  for (const key of work) {
    for (const target of targets.get(key)) {
      depth.set(target, Math.max(depth.get(target), depth.get(key) + 1));
      waiting.set(target, waiting.get(target) - 1);
      if (waiting.get(target) === 0) work.push(target);
    }
  }
  for (const key of work.reverse()) {
    const below = targets.get(key).map((target) => depth.get(target));
    if (below.length) depth.set(key, Math.min(...below) - 1);
  }
  return depth;
}

/** Order each layer by where the neighbours stand, down and up, a few times. */
function uncross(layers, arcs) {
  const near = new Map();
  for (const [source, target, weight] of arcs) {
    for (const [one, other] of [
      [source, target],
      [target, source],
    ]) {
      if (!near.has(one)) near.set(one, []);
      near.get(one).push([other, weight]);
    }
  }
  const at = new Map();
  const settle = (layer) => layer.forEach((item, number) => at.set(item.key, (number + 0.5) / layer.length));
  layers.forEach(settle);
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const order = sweep % 2 ? [...layers].reverse() : layers;
    for (const layer of order) {
      const middle = new Map(layer.map((item) => [item.key, mean(near.get(item.key) || [], at, item.key)]));
      layer.sort((one, other) => middle.get(one.key) - middle.get(other.key));
      settle(layer);
    }
  }
}

function mean(near, at, own) {
  if (!near.length) return at.get(own);
  let sum = 0;
  let weights = 0;
  for (const [key, weight] of near) {
    const much = 1 + Math.log2(weight);
    sum += at.get(key) * much;
    weights += much;
  }
  return sum / weights;
}
