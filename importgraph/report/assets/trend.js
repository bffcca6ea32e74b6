// The view "Trend": how the numbers moved from commit to commit, where a history is kept.

function trendView() {
  const rows = data.trend;
  if (!rows.length) {
    return {
      view: h(
        "div",
        { class: "page" },
        h("h1", {}, "Trend"),
        h(
          "p",
          { class: "lead" },
          "No history is kept yet. Add the numbers of today after each merge, and commit the file:",
        ),
        command("importgraph baseline --append"),
        h(
          "p",
          { class: "quiet" },
          "Loads, milliseconds, cycles and canonical usage then stand here, commit by commit.",
        ),
      ),
    };
  }
  const stage = h("div", { class: "charts" });
  const view = h(
    "div",
    { class: "page" },
    h("h1", {}, "Trend"),
    h("p", { class: "lead" }, changeSince(rows)),
    stage,
    historyTable(rows),
  );
  return { view, shown: () => stage.replaceChildren(...charts(rows, stage.clientWidth)) };
}

function changeSince(rows) {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (rows.length === 1) return "One commit so far: a second one makes a line.";
  const cost = (row) => Math.max(0, ...row.entry_points.map((entry) => entry.cost_us));
  const estimated = last.entry_points.some((entry) => entry.estimated);
  return `${many(rows.length, "commit")} from ${first.date || "?"} to ${last.date || "?"}: the costliest entry point went from ${time(cost(first), estimated)} to ${time(cost(last), estimated)}, modules from ${count(first.modules)} to ${count(last.modules)}.`;
}

const TREND_ENTRIES = 4;

function charts(rows, width) {
  const columns = width > 760 ? 2 : 1;
  const wide = (width - (columns - 1) * 28) / columns;
  const latest = rows[rows.length - 1].entry_points;
  const top = [...latest]
    .sort((one, other) => other.cost_us - one.cost_us)
    .slice(0, TREND_ENTRIES)
    .map((entry) => entry.name);
  const entryLine = (name, key) => ({
    label: entryLabel(name),
    values: rows.map((row) => row.entry_points.find((entry) => entry.name === name)?.[key] ?? null),
  });
  const estimated = latest.some((entry) => entry.estimated);
  const cycles = ["crashes", "latent", "deferred"]
    .map((kind) => ({ label: kind, values: rows.map((row) => row.cycles[kind] || 0) }))
    .filter((line) => line.values.some((value) => value > 0));
  return [
    chart(
      "Time to load",
      rows,
      top.map((name) => entryLine(name, "cost_us")),
      (value) => time(value, estimated),
      wide,
    ),
    chart(
      "Modules loaded",
      rows,
      top.map((name) => entryLine(name, "modules")),
      count,
      wide,
    ),
    chart("Cycles", rows, cycles.length ? cycles : [{ label: "none", values: rows.map(() => 0) }], count, wide),
    chart(
      "Canonical usage",
      rows,
      [{ label: "canonical", values: rows.map((row) => row.canonical_usage) }],
      (value) => `${(value * 100).toFixed(1)} %`,
      wide,
    ),
  ];
}

function entryLabel(name) {
  const node = placeOf.get(name);
  return node === undefined ? name : titleOf(node);
}

/** Draw lines over the commits; the table below holds the same numbers. */
function chart(title, rows, lines, written, width) {
  const [height, top, bottom, right] = [190, 12, 22, 130];
  const known = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = high - low || Math.max(1, Math.abs(high) * 0.1);
  const [least, most] = [Math.max(0, low - span * 0.15), high + span * 0.15];
  const left = Math.max(textWidth(written(high)), textWidth(written(low))) + 12;
  const x = (number) => left + (rows.length === 1 ? 0 : ((width - left - right) * number) / (rows.length - 1));
  const y = (value) => top + (height - top - bottom) * (1 - (value - least) / (most - least || 1));
  const grid = [...new Set([low, high])].map((value) => [
    s("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
    s("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, written(value)),
  ]);
  let labelAt = [];
  const drawn = lines.map((line, number) => {
    const points = line.values
      .map((value, at) => (value === null ? null : [x(at), y(value), value, rows[at]]))
      .filter(Boolean);
    if (!points.length) return null;
    const end = points[points.length - 1];
    let at = end[1];
    while (labelAt.some((other) => Math.abs(other - at) < 15)) at += 15;
    labelAt = [...labelAt, at];
    return s(
      "g",
      { class: `trend-line line-${number}` },
      s("path", { d: `M${points.map(([px, py]) => `${px},${py}`).join("L")}` }),
      points.map(([px, py, value, row]) =>
        s(
          "circle",
          { cx: px, cy: py, r: rows.length > 60 ? 2 : 3.5 },
          s("title", {}, `${line.label}: ${written(value)}\n${row.commit.slice(0, 10)} ${row.date} ${row.summary}`),
        ),
      ),
      s("text", { x: end[0] + 10, y: at + 4 }, fitted(line.label, right - 14, "12.5px system-ui, sans-serif")),
    );
  });
  const dates = [
    s("text", { class: "tick", x: left, y: height - 4 }, rows[0].date),
    rows.length > 1 &&
      s("text", { class: "tick", x: width - right, y: height - 4, "text-anchor": "end" }, rows[rows.length - 1].date),
  ];
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title),
    s(
      "svg",
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "img",
        "aria-label": `${title}: ${lines.map((line) => `${line.label} from ${written(line.values.find((value) => value !== null) ?? 0)} to ${written(line.values.findLast((value) => value !== null) ?? 0)}`).join("; ")}`,
      },
      grid,
      drawn,
      dates,
    ),
  );
}

function historyTable(rows) {
  const body = h("tbody", {});
  const row = (one) =>
    h(
      "tr",
      {},
      h(
        "td",
        {},
        one.commit ? h("code", {}, one.commit.slice(0, 10)) : "",
        one.changed && h("span", { class: "quiet" }, " and changes"),
      ),
      h("td", {}, one.date),
      h("td", {}, one.summary),
      h("td", { class: "number" }, count(one.modules)),
      h("td", { class: "number" }, count(one.imports)),
      h(
        "td",
        { class: "number" },
        one.entry_points.length
          ? time(
              Math.max(...one.entry_points.map((entry) => entry.cost_us)),
              one.entry_points.some((entry) => entry.estimated),
            )
          : "",
      ),
      h("td", { class: "number" }, count(Object.values(one.cycles).reduce((sum, value) => sum + value, 0))),
      h("td", { class: "number" }, `${(one.canonical_usage * 100).toFixed(1)} %`),
    );
  const heads = [
    ["Commit"],
    ["Date"],
    ["Message"],
    ["Modules", 1],
    ["Imports", 1],
    ["Costliest", 1],
    ["Cycles", 1],
    ["Canonical", 1],
  ];
  return h(
    "section",
    { class: "part", "aria-labelledby": "commits" },
    h("div", { class: "part-head" }, h("h2", { id: "commits" }, "Commits")),
    table("Commits", heads, body),
    growing([...rows].reverse(), row, 30, body),
  );
}
