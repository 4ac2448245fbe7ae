/** The default theme without its fonts, in the colours of the site. */
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { loadWholePages } from "./navigation.ts";
import "./style.css";

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (typeof window !== "undefined") loadWholePages(router);
  },
};

export default theme;
