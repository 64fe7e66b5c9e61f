import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig(({ mode }) => ({
  root: "ui",
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  clearScreen: false,
  cacheDir: "../node_modules/.vite",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // WebKitGTK 2.42, WKWebView of macOS 13, WebView2.
    target: ["safari16", "chrome111"],
    // Nothing becomes a `data:` address: the policy of the window allows files of its own only.
    assetsInlineLimit: 0,
    // One file, read from this computer: the grid alone is more than a web page would like.
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    // For a bundle: which packages are in the pages, with their licences.
    license: mode === "licences" && { fileName: "licences.json" },
  },
  server: {
    port: 1420,
    strictPort: true,
    // The icons are beside `ui`.
    fs: { allow: [".."] },
  },
}));
