// A drawing that can be moved, enlarged, walked through with the arrow keys, and saved as SVG.

const pen = document.createElement("canvas").getContext("2d");

/** Return how wide a text is in the letters of the page. */
function textWidth(words, font = "13px system-ui, sans-serif") {
  pen.font = font;
  return pen.measureText(words).width;
}

/** Shorten a text so that it fits; of a name the end tells most. */
function fitted(words, room, font) {
  if (textWidth(words, font) <= room) return words;
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (textWidth(`…${words.slice(-middle)}`, font) <= room) low = middle;
    else high = middle - 1;
  }
  return low ? `…${words.slice(-low)}` : "";
}

/** Make a canvas: a drawing in a frame of its own, with buttons to enlarge it.

   `label` says to those who do not see it what is drawn. Returns the element and `draw(parts, size)`. */
function canvas(label) {
  const scene = s("g", {});
  const drawing = s("svg", { class: "drawing", role: "group", "aria-label": label }, scene);
  const frame = h("div", { class: "canvas" }, drawing);
  const view = { x: 0, y: 0, scale: 1, width: 1, height: 1 };
  const apply = () => scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);

  const fit = () => {
    const [width, height] = [frame.clientWidth || 800, frame.clientHeight || 500];
    const scale = Math.min(1, (width - 24) / view.width, (height - 24) / view.height);
    // Smaller than this nobody can read it: rather show a part, from the top.
    view.scale = Math.max(scale, 0.55);
    view.x = (width - view.width * view.scale) / 2;
    if (view.x < 12) view.x = 12;
    view.y = Math.max(12, (height - view.height * view.scale) / 2);
    apply();
  };
  const zoom = (factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const scale = Math.min(4, Math.max(0.1, view.scale * factor));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    apply();
  };
  frame.append(zoomButtons(zoom, fit));
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  draggable(frame, view, apply);
  walkable(scene, frame, view, apply);

  const draw = (parts, { width, height }) => {
    scene.replaceChildren(...parts);
    view.width = width;
    view.height = height;
    const first = scene.querySelector("[data-walk]");
    if (first) first.setAttribute("tabindex", "0");
    fit();
  };
  return { frame, scene, draw, fit, view };
}

function zoomButtons(zoom, fit) {
  const button = (label, name, act) =>
    h("button", { type: "button", "aria-label": name, title: name, onclick: act }, label);
  return h(
    "div",
    { class: "zoom" },
    button("+", "Enlarge", () => zoom(1.25)),
    button("−", "Make smaller", () => zoom(0.8)),
    button("Fit", "Fit into the frame", () => fit()),
  );
}

/** Let the pointer move the drawing. */
function draggable(frame, view, apply) {
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, a, [data-walk]")) return;
    from = { x: event.clientX - view.x, y: event.clientY - view.y };
    frame.setPointerCapture(event.pointerId);
    frame.classList.add("moving");
  });
  frame.addEventListener("pointermove", (event) => {
    if (from === null) return;
    view.x = event.clientX - from.x;
    view.y = event.clientY - from.y;
    apply();
  });
  const end = () => {
    from = null;
    frame.classList.remove("moving");
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
}

/** Let the arrow keys go from one part to the nearest in that direction; one part at a time can be tabbed to. */
function walkable(scene, frame, view, apply) {
  const parts = () => [...scene.querySelectorAll("[data-walk]")];
  const step = (current, key) => {
    const from = middle(current);
    let best = null;
    let least = Infinity;
    for (const part of parts()) {
      const to = middle(part);
      const [along, across] = {
        ArrowRight: [to.x - from.x, to.y - from.y],
        ArrowLeft: [from.x - to.x, to.y - from.y],
        ArrowDown: [to.y - from.y, to.x - from.x],
        ArrowUp: [from.y - to.y, to.x - from.x],
      }[key];
      const distance = along + 2.2 * Math.abs(across);
      if (part !== current && along > 2 && distance < least) [best, least] = [part, distance];
    }
    return best;
  };
  scene.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
    const current = event.target.closest("[data-walk]");
    const next = current && step(current, event.key);
    if (!next) return;
    event.preventDefault();
    current.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
  });
  scene.addEventListener("focusin", (event) => {
    const part = event.target.closest("[data-walk]");
    if (!part) return;
    for (const other of parts()) other.setAttribute("tabindex", other === part ? "0" : "-1");
    if (part.matches(":focus-visible")) intoView(part, frame, view, apply);
  });
}

function middle(part) {
  const box = part.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

function intoView(part, frame, view, apply) {
  const [inner, outer] = [part.getBoundingClientRect(), frame.getBoundingClientRect()];
  const shift = (low, high, least, most) => (low < least ? least - low : high > most ? most - high : 0);
  view.x += shift(inner.left, inner.right, outer.left + 12, outer.right - 12);
  view.y += shift(inner.top, inner.bottom, outer.top + 12, outer.bottom - 12);
  apply();
}

// What a drawing takes from the style of the page; a saved file has to carry it along.
const CARRIED = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
  "fill-opacity",
  "stroke-opacity",
];

/** Save what is on the screen as an SVG file that stands for itself. */
function saveDrawing({ frame, scene }, name) {
  const [width, height] = [frame.clientWidth, frame.clientHeight];
  const copy = scene.cloneNode(true);
  const [from, to] = [scene.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, number) => {
    const style = getComputedStyle(element);
    for (const property of CARRIED) to[number].setAttribute(property, style.getPropertyValue(property));
    for (const left of ["class", "tabindex", "data-walk", "role", "aria-label"]) to[number].removeAttribute(left);
  });
  const paper = getComputedStyle(document.body).backgroundColor;
  const file = s(
    "svg",
    { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` },
    s("rect", { width, height, fill: paper }),
    copy,
  );
  const blob = new Blob([new XMLSerializer().serializeToString(file)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  say(`Saved ${name}`);
}
