// The page: its head, and the view that the address names.

const VIEWS = [
  { key: "summary", label: "Summary", view: summaryView },
  { key: "graph", label: "Graph", view: explorerView },
  { key: "cost", label: "Cost", view: costView },
  { key: "paths", label: "Paths", view: pathsView },
  { key: "cycles", label: "Cycles", view: cyclesView },
  { key: "collection", label: "Collection", view: collectionView },
  { key: "trend", label: "Trend", view: trendView },
];

function pageHead(current) {
  const link = ({ key, label }) =>
    h("li", {}, h("a", { href: routeTo(key), "aria-current": key === current ? "page" : null }, label));
  return [
    h(
      "div",
      { class: "title" },
      h("a", { class: "project", href: routeTo("summary"), title: data.name }, data.name),
      h(
        "span",
        { class: "quiet" },
        `${many(data.about.modules, "module")} · ${many(data.about.imports, "import")} · Python ${data.about.python}`,
      ),
    ),
    h("nav", { "aria-label": "Views" }, h("ul", {}, VIEWS.map(link))),
    themeButton(),
  ];
}

// -- light and dark ---------------------------------------------------------------------------------

const THEMES = { auto: "light dark", light: "light", dark: "dark" };
let theme = "auto";
try {
  theme = localStorage.getItem("importgraph-theme") in THEMES ? localStorage.getItem("importgraph-theme") : "auto";
} catch {
  // Some browsers keep nothing for files from disk: then the theme is that of the system.
}
document.documentElement.style.colorScheme = THEMES[theme];

function themeButton() {
  const names = Object.keys(THEMES);
  const button = h("button", { class: "theme", type: "button", "data-key": "theme" }, `Theme: ${theme}`);
  button.addEventListener("click", () => {
    theme = names[(names.indexOf(theme) + 1) % names.length];
    document.documentElement.style.colorScheme = THEMES[theme];
    button.textContent = `Theme: ${theme}`;
    try {
      localStorage.setItem("importgraph-theme", theme);
    } catch {
      // It holds for this visit alone.
    }
  });
  return button;
}

let current = "";

function render() {
  const { view: name, query } = readRoute();
  const chosen = VIEWS.find((one) => one.key === name) || VIEWS[0];
  const main = document.getElementById("main");
  const isNew = chosen.key !== current;
  const kept = isNew ? null : focusMark(document.activeElement);
  current = chosen.key;
  document.title = `${data.name}: ${chosen.label}`;
  document.body.dataset.view = chosen.key;
  document.getElementById("top").replaceChildren(...pageHead(chosen.key));
  const { view, shown } = chosen.view(query);
  main.replaceChildren(view);
  if (shown) shown();
  if (isNew) window.scrollTo(0, 0);
  if (kept) findMark(kept)?.focus({ preventScroll: true });
}

/** Remember where the keyboard is, so that it is there again when the view was drawn anew. */
function focusMark(element) {
  if (!element || !element.dataset) return null;
  for (const name of ["key", "box"]) if (name in element.dataset) return [name, element.dataset[name]];
  return null;
}

function findMark([name, value]) {
  return [...document.querySelectorAll(`[data-${name}]`)].find((part) => part.dataset[name] === value);
}

window.addEventListener("hashchange", render);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  if (current !== "graph" || !document.querySelector("[data-search]")) {
    go("graph");
  }
  document.querySelector("[data-search]")?.focus();
});
// What is folded is printed as it is seen, but for the fixes: on paper nobody can open them.
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.fix:not([open])")) {
    part.open = true;
    part.dataset.printed = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-printed]")) {
    part.open = false;
    delete part.dataset.printed;
  }
});
render();
