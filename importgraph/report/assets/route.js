// What is shown stands in the fragment of the address, so that every view can be linked to.
//
// `#/graph?focus=app.core` is the view `graph` with one parameter.

/** Read the fragment: the name of a view and its parameters. */
function readRoute() {
  const [view, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: view || "summary", query: new URLSearchParams(query || "") };
}

/** Write a fragment. Values may be lists; those that are empty are left out. */
function routeTo(view, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== "" && one !== null && one !== undefined) query.append(name, one);
    }
  }
  const written = query.toString();
  return `#/${view}${written ? `?${written}` : ""}`;
}

/** Go to a view, or change its parameters; a change of the same view need not be a step of its own. */
function go(view, parameters, { replace = false } = {}) {
  const address = routeTo(view, parameters);
  if (address === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  window.dispatchEvent(new HashChangeEvent("hashchange")); // at once, so that the keyboard does not lose its place
}

/** Return the present parameters with some changed; null takes one away. */
function changed(query, changes) {
  const parameters = {};
  for (const name of new Set(query.keys())) parameters[name] = query.getAll(name);
  return { ...parameters, ...changes };
}

/** Make a link within the report. */
function inner(view, parameters, ...children) {
  return h("a", { href: routeTo(view, parameters) }, children);
}

/** Link to a module of the tree, or to a library, in the explorer. */
function moduleLink(name, label) {
  const node = placeOf.get(name);
  if (node === undefined) return h("span", { class: "name" }, label || name);
  return h("a", { class: "name", href: routeTo("graph", { focus: name }) }, label || name);
}
