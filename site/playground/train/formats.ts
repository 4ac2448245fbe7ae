/** The forms in which a network can be taken away: all that the page must know of them without loading what writes them. */

export type Format = "safetensors" | "onnx" | "numpy" | "typescript" | "c" | "python" | "glsl" | "formula";

export interface FormatInfo {
  readonly title: string;
  /** What it is good for, in a word or two. */
  readonly note: string;
  /** How the names of such files end. */
  readonly ending: string;
}

export const formats: Readonly<Record<Format, FormatInfo>> = {
  safetensors: { title: "Safetensors", note: "weights and layers", ending: "safetensors" },
  onnx: { title: "ONNX", note: "for other runtimes", ending: "onnx" },
  numpy: { title: "NumPy", note: "weights as arrays", ending: "npz" },
  typescript: { title: "TypeScript", note: "a function", ending: "ts" },
  c: { title: "C", note: "a function", ending: "c" },
  python: { title: "Python", note: "a function", ending: "py" },
  glsl: { title: "GLSL", note: "for shaders", ending: "glsl" },
  formula: { title: "Formula", note: "as text", ending: "txt" },
};

/** The formats as the menu groups them. */
export const formatGroups: readonly { readonly title: string; readonly members: readonly Format[] }[] = [
  { title: "Models", members: ["safetensors", "onnx", "numpy"] },
  { title: "Source code", members: ["typescript", "c", "python", "glsl"] },
  { title: "Mathematics", members: ["formula"] },
];
