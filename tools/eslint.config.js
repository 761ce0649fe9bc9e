// The lint rules: typescript-eslint's recommended set, a few rules that need types, and the rules of this house.
// Comments that silence a rule have no effect here (`noInlineConfig`): change the code, or change the rule for all.
import { join } from "node:path";
import tseslint from "typescript-eslint";

const root = join(import.meta.dirname, "..");
const tests = ["**/*.test.ts", "**/*.fixture.ts", "**/fixtures/**", "**/test-support/**", "**/cases/**"];

const noDefaultExport = { selector: "ExportDefaultDeclaration", message: "Named exports only." };
const noExportAll = { selector: "ExportAllDeclaration", message: "Name what is public: no `export *`." };
const noBareError = {
  selector: "ThrowStatement > NewExpression[callee.name=/^(Error|TypeError|RangeError|SyntaxError)$/]",
  message: "Throw a TersorError made by a constructor function of this package's errors.ts.",
};
const noDeepImport = {
  regex: "^(@tersor/[^/]+/.+|tersor/.+|(\\.\\./)+(core|quantize|data|evaluate|onnx|testing|cli)/src(/.*)?)$",
  message: "Import a sibling package by its name: only its index is public.",
};
const noNode = { regex: "^node:", message: "This package also runs in a browser: no Node modules." };

export default tseslint.config(
  {
    ignores: ["**/dist/", "**/out-tsc/", "**/.nx/", "**/.cache/", "**/coverage/", "**/generated/", "**/*.generated.*"],
  },
  { linterOptions: { noInlineConfig: true } },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-syntax": ["error", noDefaultExport, noExportAll],
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        {
          argsIgnorePattern: "^_",
          varsIgnorePattern: "^_",
          destructuredArrayIgnorePattern: "^_",
          ignoreRestSiblings: true,
        },
      ],
    },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
    },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    ignores: tests,
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", noDefaultExport, noExportAll, noBareError],
      "no-restricted-imports": ["error", { patterns: [noDeepImport] }],
    },
  },
  {
    files: ["packages/{core,quantize}/src/**/*.ts"],
    ignores: tests,
    rules: { "no-restricted-imports": ["error", { patterns: [noDeepImport, noNode] }] },
  },
  { files: ["packages/cli/src/**/*.ts"], rules: { "no-console": "off" } },
  { files: ["**/*.config.{js,ts}", "tools/vitest.workspace.ts"], rules: { "no-restricted-syntax": "off" } },
);
