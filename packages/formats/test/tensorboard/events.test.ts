/** Event files byte by byte, and what is refused; packages/formats/test/external reads them with Python. */
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { encodeEvents } from "../../src/index.ts";
import { maskedCrc32c } from "../../src/tensorboard/crc.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const doubleOf = (x: number) => hex(new Uint8Array(Float64Array.of(x).buffer));
const crcOf = (text: string) => hex(new Uint8Array(Uint32Array.of(maskedCrc32c(Buffer.from(text, "hex"))).buffer));

/** A record around a message, both in hexadecimal. */
function record(message: string): string {
  const length = (message.length / 2).toString(16).padStart(2, "0") + "00".repeat(7);
  return length + crcOf(length) + message + crcOf(message);
}

const version = `1a0d${Buffer.from("brain.Event:2").toString("hex")}`;

test("a scalar, byte by byte", () => {
  const bytes = encodeEvents([{ step: 300, wallTime: 1.5, values: { a: 0.5 } }]);
  const tensorProto = "0801" + "1200" + "2d0000003f"; // dtype 1, no axes, float_val 0.5
  const metadata = `0a09${"0a07"}${Buffer.from("scalars").toString("hex")}2001`; // plugin_data, data_class 1
  const value = `0a0161${"4209"}${tensorProto}${"4a0d"}${metadata}`;
  const summary = `0a1d${value}`;
  expect(hex(bytes)).toBe(
    record(`09${doubleOf(1.5)}${version}`) + record(`09${doubleOf(1.5)}10ac02${"2a1f"}${summary}`),
  );
});

test("bytes that continue a file begin with its first event; an event may have no values", () => {
  const event = { step: 1, wallTime: 2, values: {} };
  const record = hex(encodeEvents([event], { continued: true }));
  expect(hex(encodeEvents([event])).endsWith(record)).toBe(true);
  expect(hex(encodeEvents([], { continued: true }))).toBe("");
});

test("events that are none are refused before anything is written", () => {
  const messageOf = (events: unknown, options: unknown = {}): string => {
    try {
      Reflect.apply(encodeEvents, undefined, [events, options]);
      return "nothing was refused";
    } catch (error) {
      return String(error);
    }
  };
  const event = { step: 0, wallTime: 0, values: {} };
  expect([
    messageOf({}),
    messageOf([undefined]),
    messageOf([{ step: 0 }]),
    messageOf([{ ...event, step: -1 }]),
    messageOf([{ ...event, step: 0.5 }]),
    messageOf([{ ...event, wallTime: Number.NaN }]),
    messageOf([{ ...event, values: [1] }]),
    messageOf([{ ...event, values: { loss: "0.5" } }]),
    messageOf([{ ...event, values: { "": 1 } }]),
    messageOf([{ ...event, values: { "\ud800": tensor(1) } }]),
    messageOf([event], { buckets: 0 }),
    messageOf([event], { bucket: 3 }),
  ]).toMatchInlineSnapshot(`
    [
      "ArgumentError: encodeEvents: needs an array of events, such as [{ step: 0, wallTime: Date.now() / 1000, values: { loss } }], got an object",
      "ArgumentError: encodeEvents: an event must be { step, wallTime, values }, got undefined",
      "ArgumentError: encodeEvents: an event must be { step, wallTime, values }, got an object",
      "ValueError: encodeEvents: the step must be an integer from 0 up, got -1",
      "ValueError: encodeEvents: the step must be an integer from 0 up, got 0.5",
      "ValueError: encodeEvents: wallTime must be a finite number of seconds, got NaN",
      "ArgumentError: encodeEvents: the values must be a plain object, such as { loss: 0.5 }, got an array of 1",
      "ArgumentError: encodeEvents: "loss" must be a number, a tensor or a variable, got "0.5"",
      "ArgumentError: encodeEvents: the name "" is not allowed: it is empty; TensorBoard shows values by name",
      "ArgumentError: encodeEvents: the name "\\ud800" is not allowed: it has half of a surrogate pair, which is not Unicode",
      "ValueError: encodeEvents: buckets must be an integer from 1 to 10000, got 0",
      "ArgumentError: encodeEvents: there is no option "bucket"; the options are buckets, continued",
    ]
  `);
});
