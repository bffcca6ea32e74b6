// Elements, numbers, and the small parts that every view is made of.
//
// Everything that comes from the analysed tree goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Attributes that begin with `on` are listeners; those that are null or false are left out.

   So are children that are nothing: null, false, an empty text, and the 0 of `list.length && …`. */
function h(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make an element of a drawing. */
function s(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child) element.append(child);
  }
  return element;
}

const separated = new Intl.NumberFormat("en-US");

/** Write a whole number with separators. */
function count(value) {
  return separated.format(value);
}

/** Write how many of something there are. */
function many(value, one, several) {
  return `${count(value)} ${value === 1 ? one : several || `${one}s`}`;
}

/** Write microseconds as people read them, marked where they are an estimate. */
function time(us, estimated = data.about.estimated) {
  const value = us / 1000;
  const mark = estimated ? "≈ " : "";
  if (value >= 10000) return `${mark}${count(Math.round(value / 1000))} s`;
  return `${mark}${value >= 10 ? count(Math.round(value)) : value.toFixed(1)} ms`;
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** Turn one of our sentences into text and code: what stands between backquotes is code. */
function prose(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, number) => (number % 2 ? h("code", {}, part) : part));
}

/** Show `path:line`, as a link where the report was made with an address for sources. */
function place(text, label) {
  if (!text) return "";
  const shown = h("span", { class: "place" }, label || text);
  const address = sourceAddress(text);
  if (!address) return shown;
  return h("a", { class: "place", href: address, rel: "noreferrer", target: "_blank" }, label || text);
}

// The template comes from the settings of the project: only addresses that open a page or an editor.
const SCHEMES = /^(https?|vscode|vscode-insiders|vscodium|cursor|zed|idea|pycharm|jetbrains|subl|txmt|mvim|emacs):/;

function sourceAddress(text) {
  const template = data.source_link;
  if (!template || !SCHEMES.test(template)) return "";
  const [, path, line] = /^(.*?)(?::(\d+))?$/s.exec(text);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return template.replaceAll("{path}", () => encoded).replaceAll("{line}", () => line || "1");
}

/** Say something to people who listen to the page. */
function say(text) {
  document.getElementById("said").textContent = text;
}

/** Make a button that copies a text. */
function copyButton(text, what) {
  const label = h("span", {}, "Copy");
  const button = h("button", { class: "copy", type: "button", "aria-label": `Copy ${what}` }, label);
  button.addEventListener("click", async () => {
    const done = await copied(text);
    label.textContent = done ? "Copied" : "Press Ctrl C";
    say(done ? `Copied ${what}` : "The browser does not let this page copy: the text is selected");
    setTimeout(() => (label.textContent = "Copy"), 1800);
  });
  return button;
}

/** Copy a text; where the browser refuses, select it so that the keyboard can. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", readonly: true }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Show a command with a button that copies it. */
function command(text) {
  return h("div", { class: "command" }, h("code", {}, text), copyButton(text, `the command ${text}`));
}

/** Show a unified diff; added and removed lines are told apart by their sign, and by colour besides. */
function diff(text) {
  const lines = text.replace(/\n$/, "").split("\n");
  const kind = (line) =>
    /^(---|\+\+\+) /.test(line) ? "file" : { "+": "added", "-": "removed", "@": "hunk" }[line[0]] || "same";
  const rows = lines.map((line) => h("span", { class: `line ${kind(line)}` }, `${line}\n`));
  return h("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": "The change as a diff" }, rows);
}

/** Make a badge for one of a few words. */
function badge(word, kind) {
  return h("span", { class: `badge ${kind}` }, word);
}

/** Show a list that grows when asked: long lists are drawn as far as they are looked at.

   `within` is where the items go, where that is a part of a table; else they stand with the button. */
function growing(items, draw, shown = 50, within = null) {
  const box = h("div", { class: "growing" });
  let at = 0;
  const more = h("button", { type: "button", class: "more" });
  const grow = (most) => {
    const end = Math.min(items.length, at + most);
    more.remove();
    (within || box).append(...items.slice(at, end).map(draw));
    at = end;
    if (at === items.length) return;
    const left = items.length - at;
    more.textContent = left > 200 ? `Show 200 of ${count(left)} more` : `Show ${count(left)} more`;
    box.append(more);
  };
  more.addEventListener("click", () => grow(200));
  grow(shown);
  return box;
}

/** Show a list that grows when asked. */
function growingList(kind, items, draw, shown, tag = "ul") {
  const list = h(tag, { class: kind });
  return [list, growing(items, draw, shown, list)];
}

/** Make a table that scrolls within the page where it is wider; heads are `[label, whether it is a number]`. */
function table(label, heads, body) {
  const head = ([words, isNumber, attributes]) =>
    h("th", { scope: "col", class: isNumber ? "number" : null, ...attributes }, words);
  return h(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": label },
    h("table", {}, h("thead", {}, h("tr", {}, heads.map(head))), body),
  );
}
