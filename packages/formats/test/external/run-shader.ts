/** Runs sources in GLSL in Chromium, which must be installed: with WebGL 2, whose processor is emulated (SwiftShader). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inDirectory, run } from "./run-source.ts";

/** A network and rows of its inputs. */
export interface ShaderCase {
  readonly source: string;
  readonly rows: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
}

/** One pixel for each row and output: reads the row from a texture, and computes the network. */
const shader = ({ source, inputs, outputs }: ShaderCase) => `#version 300 es
${source}
uniform highp sampler2D rows;
out vec4 result;
void main() {
  float x[${inputs}];
  float y[${outputs}];
  for (int i = 0; i < ${inputs}; i++) x[i] = texelFetch(rows, ivec2(i, int(gl_FragCoord.x)), 0).r;
  network(x, y);
  result = vec4(y[int(gl_FragCoord.y)]);
}
`;

const vertices = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1, 0, 1);
}
`;

/** The program of the page: what it computes is the text of the page. */
const program = (cases: readonly (ShaderCase & { readonly shader: string })[], vertexSource: string) => {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (gl === null || gl.getExtension("EXT_color_buffer_float") === null) throw new Error("no WebGL 2 with floats");
  const results = cases.map(({ shader, rows, inputs, outputs }) => {
    const start = performance.now();
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, vertexSource],
      [gl.FRAGMENT_SHADER, shader],
    ] as const) {
      const own = gl.createShader(kind);
      if (own === null) throw new Error("no shader");
      gl.shaderSource(own, text);
      gl.compileShader(own);
      if (!gl.getShaderParameter(own, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(own) ?? "");
      gl.attachShader(program, own);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "");
    const compiled = performance.now() - start;
    gl.useProgram(program);
    const count = rows.length / inputs;
    const texture = (width: number, height: number, data: Float32Array | null) => {
      const own = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, own);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, data);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
      return own;
    };
    const target = texture(count, outputs, null);
    texture(inputs, count, Float32Array.from(rows));
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
    gl.viewport(0, 0, count, outputs);
    const middle = performance.now();
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const pixels = new Float32Array(4 * count * outputs);
    gl.readPixels(0, 0, count, outputs, gl.RGBA, gl.FLOAT, pixels);
    const drawn = performance.now() - middle;
    const values = Array.from({ length: count * outputs }, (_, at) => {
      const [row, output] = [Math.floor(at / outputs), at % outputs];
      return String(pixels[4 * (output * count + row)]);
    });
    return { compiled, drawn, values };
  });
  document.body.textContent = `results:${JSON.stringify(results)}:end`;
};

const flags = [
  ...["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  ...["--disable-dev-shm-usage", "--log-level=3"],
];

/** What the shaders compute, row by row, and how many milliseconds it took to compile and to draw each. */
export function runShaders(
  cases: readonly ShaderCase[],
): { readonly compiled: number; readonly drawn: number; readonly values: Float32Array }[] {
  return inDirectory((directory) => {
    const page = join(directory, "page.html");
    const data = JSON.stringify(cases.map((own) => ({ ...own, shader: shader(own) })));
    const script = `(${program})(${data}, ${JSON.stringify(vertices)})`;
    writeFileSync(
      page,
      `<!doctype html><body><script>addEventListener("error", (e) => (document.body.textContent = e.message));${script}</script>`,
    );
    const profile = `--user-data-dir=${join(directory, "profile")}`;
    const text = run("chromium", [...flags, profile, "--dump-dom", pathToFileURL(page).href], {
      chatty: true,
    }).toString();
    const found = /results:(.*):end/.exec(text);
    if (found === null) throw new Error(`the page did not finish: ${text.slice(0, 2000)}`);
    const results: readonly { compiled: number; drawn: number; values: string[] }[] = JSON.parse(found[1]);
    return results.map(({ values, ...times }) => ({ ...times, values: Float32Array.from(values, Number) }));
  });
}
