import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const typed = {
  projectService: { allowDefaultProject: ["*.js"] },
  extraFileExtensions: [".svelte"],
  tsconfigRootDir: import.meta.dirname,
};

export default defineConfig(
  { ignores: ["ui/dist/", "ui/src/generated/", "tests/", "target/", "gen/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  { languageOptions: { parserOptions: typed } },
  { files: ["ui/**"], languageOptions: { globals: globals.browser } },
  { files: ["*.js", "*.ts"], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ["ui/**"],
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      // Instructions come from client systems and are hostile.
      "svelte/no-at-html-tags": "error",
      // A style attribute in markup is refused by the window's policy.
      "svelte/no-inline-styles": ["error", { allowTransitions: true }],
      "svelte/button-has-type": "error",
    },
  },
  {
    // One door to the shell: ui/src/seam.
    files: ["ui/src/**"],
    ignores: ["ui/src/seam/**", "ui/src/generated/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["@tauri-apps/*", "**/generated/*"] }],
    },
  },
  { files: ["*.js"], extends: [ts.configs.disableTypeChecked] },
);
