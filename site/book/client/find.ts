/** The field on the contents page: shows the files whose name or idea contains all words. */
export function findFiles(): void {
  const field = document.querySelector("#filter");
  const found = document.querySelector("#found");
  if (!(field instanceof HTMLInputElement) || found === null) return;
  const items = [...document.querySelectorAll<HTMLElement>(".files li")];
  const groups = [...document.querySelectorAll<HTMLElement>(".chapter, .files, .chapter h3")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = item.textContent?.toLowerCase() ?? "";
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of groups) {
      const list = group.tagName === "H3" ? group.nextElementSibling : group;
      group.hidden = list?.querySelector("li:not([hidden])") === null;
    }
    const count = items.filter(({ hidden }) => !hidden).length;
    found.textContent = words.length === 0 ? "" : `${count} of ${items.length} files`;
  });
}
