/** The button for dark and light. The docs keep the reader's choice under the same name. */

const KEY = "vitepress-theme-appearance";

/** Runs before anything is drawn: the theme that the reader has chosen here or in the docs, else the system's. */
export function showTheme(): void {
  const chosen = localStorage.getItem(KEY);
  const isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", isDark);
}

export function switchTheme(): void {
  document.querySelector("#theme")?.addEventListener("click", () => {
    const isDark = document.documentElement.classList.toggle("dark");
    localStorage.setItem(KEY, isDark ? "dark" : "light");
  });
}
