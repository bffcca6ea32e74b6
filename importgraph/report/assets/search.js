// Fields in which a module is chosen by typing parts of its name.

const searchable = nodes.name.map((_, node) => node).filter((node) => isOurs(node) || isOutside(node));

/** Return nodes whose names hold all words, those where the match is nearest to the end of the name first. */
function searched(words, most = 12, among = searchable) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  const found = [];
  for (const node of among) {
    const name = nameOf(node).toLowerCase();
    if (!parts.every((part) => name.includes(part))) continue;
    const last = parts[parts.length - 1];
    const tail = name.slice(name.lastIndexOf(".") + 1);
    const rank =
      name === last
        ? 0
        : tail === last
          ? 1
          : tail.startsWith(last)
            ? 2
            : name.startsWith(last)
              ? 3
              : tail.includes(last)
                ? 4
                : 5;
    found.push([rank + (isOutside(node) ? 0.5 : 0), name.length, name, node]);
  }
  found.sort((one, other) => one[0] - other[0] || one[1] - other[1] || (one[2] < other[2] ? -1 : 1));
  return found.slice(0, most).map((one) => one[3]);
}

let fields = 0;

/** Make a field with a list of matches, as the pattern "combobox" of WAI-ARIA describes it.

   `chosen(node)` is called when one is taken. */
function searchField(label, chosen, { value = "", placeholder = "", among = searchable, clears = true } = {}) {
  const id = `field-${(fields += 1)}`;
  const list = h("ul", { class: "matches", role: "listbox", id: `${id}-list`, "aria-label": label, hidden: true });
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    placeholder,
    value,
  });
  let found = [];
  let active = -1;

  const show = () => {
    found = searched(input.value, 12, among);
    active = found.length ? 0 : -1;
    const empty = input.value.trim() && !found.length;
    list.replaceChildren(
      ...found.map((node, number) =>
        h(
          "li",
          { role: "option", id: `${id}-${number}`, onpointerdown: (event) => (event.preventDefault(), take(node)) },
          h("span", { class: "name" }, nameOf(node)),
          h("span", { class: "kind" }, kindOf(node)),
        ),
      ),
      ...(empty ? [h("li", { class: "none" }, "No module has all of these words in its name.")] : []),
    );
    const open = found.length > 0 || Boolean(empty);
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    mark();
  };
  const mark = () => {
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", `${id}-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (node) => {
    close();
    input.value = clears ? "" : nameOf(node);
    chosen(node);
  };
  input.addEventListener("input", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return list.hidden ? undefined : (event.stopPropagation(), close());
    if (event.key === "ArrowDown" && list.hidden) return show();
    if (event.key === "Enter" && !list.hidden && active >= 0) return (event.preventDefault(), take(found[active]));
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move || list.hidden || !found.length) return undefined;
    event.preventDefault();
    active = (active + move + found.length) % found.length;
    return mark();
  });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h("div", { class: "combo" }, input, list),
  );
  return { element, input };
}
