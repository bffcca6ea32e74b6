// The cost of an entry point as an icicle: wide is slow, and what stands below a bar would go with it.

const BAR = 25;
const DEEPEST = 14;
const NARROWEST = 2;

/** Draw a part with all that it holds. `zoom(part)` is called when one is chosen. */
function icicle(load, top, width, zoom) {
  const scale = width / Math.max(1, top.retained);
  const bars = [];
  let deepest = 0;
  const add = (one, x, level) => {
    deepest = Math.max(deepest, level);
    bars.push(barPart(one, x, level, one.retained * scale, load, one === top, zoom));
    if (level === DEEPEST) return;
    let at = x;
    let small = { number: 0, retained: 0 };
    for (const child of one.children) {
      const wide = child.retained * scale;
      if (wide < NARROWEST) small = { number: small.number + 1, retained: small.retained + child.retained };
      else {
        add(child, at, level + 1);
        at += wide;
      }
    }
    if (small.retained * scale >= NARROWEST) {
      bars.push(smallPart(at, level + 1, small, scale));
      deepest = Math.max(deepest, level + 1);
    }
  };
  add(top, 0, 0);
  const height = (deepest + 1) * BAR;
  return s(
    "svg",
    {
      class: "icicle",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "tree",
      "aria-label": "What it loads, by what each part holds",
    },
    bars,
  );
}

function barPart(one, x, level, width, load, isTop, zoom) {
  const y = level * BAR;
  const share = one.retained / Math.max(1, load.root.retained);
  const words = `${one.label}: ${time(one.retained)} with all that only it loads, ${percent(share)}; ${time(one.own)} by itself`;
  const shown =
    width > 34
      ? fitted(
          width > 110 ? `${one.label}  ${time(one.retained)}` : one.label,
          width - 12,
          "12.5px system-ui, sans-serif",
        )
      : "";
  const act = () => zoom(one);
  return s(
    "g",
    {
      class: `bar-part ${ownerOf(one)}`,
      role: "treeitem",
      "aria-level": level + 1,
      tabindex: isTop ? "0" : "-1",
      "aria-label": words,
      "aria-selected": String(isTop),
      "data-walk": "",
      "data-part": one.label,
      onclick: act,
      onkeydown: pressed(act),
    },
    s("rect", { x: x + 0.5, y: y + 0.5, width: Math.max(1, width - 1), height: BAR - 2, rx: Math.min(4, width / 3) }),
    shown && s("text", { x: x + 7, y: y + 16.5 }, shown),
    s("title", {}, words),
  );
}

function smallPart(x, level, small, scale) {
  const width = small.retained * scale;
  const words = `${many(small.number, "small part")}, ${time(small.retained)}`;
  const shown = width > 60 ? fitted(words, width - 12, "12.5px system-ui, sans-serif") : "";
  return s(
    "g",
    { class: "bar-part small" },
    s("rect", {
      x: x + 0.5,
      y: level * BAR + 0.5,
      width: Math.max(1, width - 1),
      height: BAR - 2,
      rx: Math.min(4, width / 3),
    }),
    shown && s("text", { x: x + 7, y: level * BAR + 16.5 }, shown),
    s("title", {}, words),
  );
}

/** Let the arrow keys walk through the bars, as in any tree: down and up between levels, left and right within. */
function walkIcicle(drawing) {
  drawing.addEventListener("keydown", (event) => {
    const current = event.target.closest("[data-walk]");
    if (!current || !event.key.startsWith("Arrow")) return;
    const from = current.getBBox();
    const level = (part) => Math.round(part.getBBox().y / BAR);
    const wanted = Math.round(from.y / BAR) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || 0);
    const row = [...drawing.querySelectorAll("[data-walk]")].filter((part) => level(part) === wanted);
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key] || 0;
    const next = side
      ? row[row.indexOf(current) + side]
      : row.find((part) => part.getBBox().x + part.getBBox().width > from.x + 0.6);
    if (!next) return;
    event.preventDefault();
    current.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}
