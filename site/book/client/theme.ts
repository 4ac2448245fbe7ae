/** The button for dark and light. The docs keep the reader's choice under the same name. */

const KEY = "vitepress-theme-appearance";

export function switchTheme(): void {
  document.querySelector("#theme")?.addEventListener("click", () => {
    const isDark = document.documentElement.classList.toggle("dark");
    localStorage.setItem(KEY, isDark ? "dark" : "light");
  });
}
