/** Runs before anything is drawn: the theme that the reader has chosen here or in the docs, else the system's. */
const chosen = localStorage.getItem("vitepress-theme-appearance");
const isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.classList.toggle("dark", isDark);
