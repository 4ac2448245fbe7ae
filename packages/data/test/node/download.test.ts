import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { ChecksumError, DownloadError } from "../../src/index.ts";
import { md5, writeAtomically } from "../../src/node/file.ts";
import { type DownloadOptions, download, type Progress, showProgress } from "../../src/node.ts";
import { rejection } from "../refusal.ts";
import { emptyDirectory, serve } from "./server.ts";

const body = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 7) % 251);
const sum = createHash("md5").update(body).digest("hex");

const whole: RequestListener = (_, response) => {
  response.setHeader("content-length", body.length);
  response.end(body);
};

test("a download creates its directory, writes the file and reports its progress", async () => {
  const url = `${await serve(whole)}/data.bin`;
  const directory = await emptyDirectory();
  const destination = join(directory, "new", "deep", "data.bin");
  const reports: Progress[] = [];
  const bytes = await download(url, destination, { md5: sum, onProgress: (progress) => reports.push(progress) });

  expect(Buffer.compare(bytes, body)).toBe(0);
  expect(Buffer.compare(await readFile(destination), body)).toBe(0);
  expect(await readdir(join(directory, "new", "deep"))).toEqual(["data.bin"]);
  const received = reports.map((report) => report.received);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(reports[0]).toEqual({ url, received: 0, total: body.length, done: false });
  expect(reports.filter((report) => report.done)).toEqual([
    { url, received: body.length, total: body.length, done: true },
  ]);
  expect(reports.at(-1)?.done).toBe(true);
});

test("a download replaces an existing file, and needs neither a checksum nor a length", async () => {
  const url = await serve((_, response) => {
    response.write(body.subarray(0, 1000));
    response.end(body.subarray(1000));
  });
  const destination = join(await emptyDirectory(), "data.bin");
  await writeFile(destination, "old");
  const totals = new Set<number | undefined>();
  await download(url, destination, { onProgress: ({ total }) => totals.add(total) });
  expect(Buffer.compare(await readFile(destination), body)).toBe(0);
  expect([...totals]).toEqual([undefined]);
});

/** A download over an old file that fails and leaves the directory unchanged; returns the error as text. */
async function failing(listener: RequestListener, options: DownloadOptions = {}): Promise<string> {
  const url = await serve(listener);
  const directory = await emptyDirectory();
  const destination = join(directory, "data.bin");
  await writeFile(destination, "old");
  const error = await rejection(() => download(url, destination, options));
  expect(await readdir(directory)).toEqual(["data.bin"]);
  expect(await readFile(destination, "utf8")).toBe("old");
  return error.replaceAll(url, "URL").replaceAll(directory, "DIRECTORY");
}

test("a wrong checksum", async () => {
  expect(await failing(whole, { md5: "0".repeat(32) })).toMatchInlineSnapshot(
    `"ChecksumError: download: URL: MD5 is 933a1d4cb15c704ff3ef254fd45ad4fc, expected 00000000000000000000000000000000; nothing was saved, try again or use another mirror"`,
  );
});

test("a file that the server does not have", async () => {
  const missing: RequestListener = (_, response) => {
    response.statusCode = 404;
    response.end("no such file");
  };
  expect(await failing(missing)).toMatchInlineSnapshot(
    `"DownloadError: download: URL: HTTP status 404 Not Found; check the URL, or use another mirror"`,
  );
});

test("a body shorter than announced", async () => {
  const truncated: RequestListener = (_, response) => {
    response.setHeader("content-length", body.length);
    response.write(body.subarray(0, 1000), () => response.destroy());
  };
  expect(await failing(truncated)).toMatchInlineSnapshot(
    `"DownloadError: download: URL: other side closed; check the connection and try again, or use another mirror"`,
  );
});

test("a connection that drops in the middle of a body of unknown length", async () => {
  const dropped: RequestListener = (_, response) => {
    response.write(body.subarray(0, 1000), () => response.destroy());
  };
  expect(await failing(dropped)).toMatchInlineSnapshot(
    `"DownloadError: download: URL: other side closed; check the connection and try again, or use another mirror"`,
  );
});

test("a connection that drops before the response", async () => {
  expect(await failing((request) => request.socket.destroy())).toMatchInlineSnapshot(
    `"DownloadError: download: URL: other side closed; check the connection and try again, or use another mirror"`,
  );
});

test("a file that is announced to be too large", async () => {
  expect(await failing(whole, { maxBytes: body.length - 1 })).toMatchInlineSnapshot(
    `"DownloadError: download: URL: the file is larger than 199999 bytes; raise maxBytes if you trust the server"`,
  );
});

test("a file that turns out to be too large", async () => {
  let hungUp = false;
  const endless: RequestListener = (_, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write(body, more);
    };
    response.on("close", () => {
      hungUp = true;
    });
    more();
  };
  expect(await failing(endless, { maxBytes: 1e6 })).toMatchInlineSnapshot(
    `"DownloadError: download: URL: the file is larger than 1000000 bytes; raise maxBytes if you trust the server"`,
  );
  await vi.waitFor(() => expect(hungUp).toBe(true));
});

test("an aborted signal rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const stalled: RequestListener = (_, response) => {
    response.write(body.subarray(0, 1000));
  };
  const onProgress = ({ received }: Progress): void => {
    if (received > 0) controller.abort(new Error("the user changed their mind"));
  };
  expect(await failing(stalled, { signal: controller.signal, onProgress })).toBe("Error: the user changed their mind");
  expect(await failing(whole, { signal: AbortSignal.abort(new Error("too late")) })).toBe("Error: too late");
});

test("an error thrown by onProgress rejects the download", async () => {
  const onProgress = (): void => {
    throw new RangeError("the bar is broken");
  };
  expect(await failing(whole, { onProgress })).toBe("RangeError: the bar is broken");
});

test("a server that cannot be reached", async () => {
  const directory = await emptyDirectory();
  // No server listens on port 9 (discard).
  const error = await rejection(() => download("http://127.0.0.1:9/a", join(directory, "a")));
  expect(error).toMatch(
    /^DownloadError: download: http:\/\/127.0.0.1:9\/a: .+; check the connection and try again, or use another mirror$/,
  );
  expect(await readdir(directory)).toEqual([]);
});

test("a destination that cannot be written", async () => {
  const url = await serve(whole);
  const directory = await emptyDirectory();
  await writeFile(join(directory, "file"), "");
  await mkdir(join(directory, "taken", "by a directory"), { recursive: true });
  await expect(download(url, join(directory, "file", "data.bin"))).rejects.toThrow(
    /cannot write .*file\/data.bin: .*choose another directory/,
  );
  await expect(download(url, join(directory, "taken"))).rejects.toThrow(DownloadError);
  expect(await readdir(directory)).toEqual(["file", "taken"]);
});

test("invalid arguments", async () => {
  expect([
    await rejection(() => download("mnist.gz", "a")),
    await rejection(() => download("http://127.0.0.1/", "a", { maxBytes: 0 })),
    await rejection(() => download("http://127.0.0.1/", "a", { md5: "ABC" })),
  ]).toMatchInlineSnapshot(`
    [
      "DownloadError: download: "mnist.gz" is not a URL; give one that starts with https:// or http://",
      "ValueError: download: maxBytes must be a positive integer, got 0",
      "DownloadError: download: "ABC" is not an MD5; give 32 lower-case hexadecimal digits",
    ]
  `);
});

test("errors keep their cause and their class", async () => {
  const url = await serve(whole);
  const directory = await emptyDirectory();
  await expect(download(url, join(directory, "a"), { md5: "0".repeat(32) })).rejects.toBeInstanceOf(ChecksumError);
  const refused = await download("http://127.0.0.1:9/a", join(directory, "a")).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "DownloadError", cause: expect.any(Error) });
});

test("the checksum is MD5", async () => {
  expect(await md5(new Uint8Array(0))).toBe("d41d8cd98f00b204e9800998ecf8427e");
  expect(await md5(new TextEncoder().encode("abc"))).toBe("900150983cd24fb0d6963f7d28e17f72");
});

test("an atomic write leaves no temporary file, whether it succeeds or not", async () => {
  const directory = await emptyDirectory();
  await writeAtomically(join(directory, "a"), Uint8Array.of(1, 2));
  expect(await readdir(directory)).toEqual(["a"]);
  await mkdir(join(directory, "b", "c"), { recursive: true });
  await expect(writeAtomically(join(directory, "b"), Uint8Array.of(1, 2))).rejects.toThrow();
  expect(await readdir(directory)).toEqual(["a", "b"]);
});

test("progress is shown on standard error", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const { isTTY } = process.stderr;
  const show = (terminal: boolean): string => {
    written.length = 0;
    process.stderr.isTTY = terminal;
    showProgress({ url: "http://a/b.gz", received: 1_000_000, total: 2_500_000, done: false });
    showProgress({ url: "http://a/b.gz", received: 2_500_000, total: undefined, done: true });
    return written.join("");
  };
  try {
    expect(show(true)).toBe("\rhttp://a/b.gz: 1.0 of 2.5 MB\rhttp://a/b.gz: 2.5 MB\n");
    expect(show(false)).toBe("http://a/b.gz: 2.5 MB\n");
  } finally {
    process.stderr.isTTY = isTTY;
    write.mockRestore();
  }
});
