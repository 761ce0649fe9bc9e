// The script of the page: hover boxes without delay, sorting, filtering. It only rearranges what is there, makes no
// markup out of text, and the page is complete without it.

/** Plain JavaScript for browsers; runs at the end of the body. */
export const script = `(() => {
  "use strict";
  const tip = document.getElementById("tip");

  const titled = (target) => {
    const at = target.closest("[title], [data-tip], svg g");
    if (!at) return undefined;
    if (at.hasAttribute("title")) {
      at.dataset.tip = at.getAttribute("title");
      at.removeAttribute("title");
    }
    const title = at.querySelector(":scope > title");
    if (title) {
      at.dataset.tip = title.textContent;
      at.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    return at.dataset.tip ? at : undefined;
  };
  const show = (event) => {
    const at = event.target instanceof Element ? titled(event.target) : undefined;
    tip.hidden = !at;
    if (!at) return;
    tip.textContent = at.dataset.tip;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const below = event.clientY + 18 + box.height < innerHeight;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (below ? event.clientY + 18 : event.clientY - box.height - 10) + "px";
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerleave", () => (tip.hidden = true));
  document.addEventListener("scroll", () => (tip.hidden = true), { passive: true, capture: true });

  const valueOf = (cell) => {
    const text = cell.dataset.sort ?? cell.textContent.trim();
    const number = Number(text);
    return text !== "" && !Number.isNaN(number) ? number : text;
  };
  const compare = (a, b) => {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
  };
  const sortBy = (table, column, head) => {
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => ({ row, value: valueOf(row.cells[column]) }));
    rows.sort((a, b) => (descending ? -1 : 1) * compare(a.value, b.value));
    body.append(...rows.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll("table.data")) {
    if (table.tBodies[0].rows.length < 2) continue;
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sortBy(table, column, head));
      head.replaceChildren(button);
    });
  }

  const filter = (input) => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const rows = document.getElementById(input.dataset.filters).tBodies[0].rows;
    let shown = 0;
    for (const row of rows) {
      const text = (row.dataset.text ??= row.textContent.toLowerCase());
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    input.closest(".filter").querySelector("output").value =
      words.length === 0 ? "" : shown + " of " + rows.length;
  };
  for (const input of document.querySelectorAll("input[data-filters]")) {
    input.closest(".filter").hidden = false;
    input.addEventListener("input", () => filter(input));
  }

  const find = (name) => {
    const input = document.querySelector("input[data-filters^=operators]");
    if (!input) return;
    input.closest("details")?.setAttribute("open", "");
    input.value = name;
    filter(input);
    input.scrollIntoView({ block: "nearest" });
  };
  for (const picture of document.querySelectorAll(".strip, .drawing")) {
    picture.addEventListener("click", ({ target }) => {
      const at = target instanceof Element ? titled(target) : undefined;
      if (at?.dataset.tip) find(at.dataset.tip.split(" \\u00b7 ")[0]);
    });
  }
})()`;
