/**
 * TensorBoard's event files: a record for each event, a message of Protocol Buffers.
 *
 * A record is its length as a uint64, the checksum of these 8 bytes, the message, and the checksum of the message, all
 * little-endian. Scalars and histograms are tensors here, with the name of the part of TensorBoard that shows them: the form
 * that TensorFlow 2 writes and TensorBoard 2 works with. (The older fields simple_value and histo are turned into this form
 * when they are read.) Sources: event.proto, summary.proto, tensor.proto and record_writer.cc of TensorFlow.
 */
import { ArgumentError, Tensor, ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, described, flag, integerFrom } from "@polygrad/tensor/internal";
import { joined } from "../bytes.ts";
import { MessageWriter } from "../protobuf/write.ts";
import { maskedCrc32c } from "./crc.ts";
import { histogramOf } from "./histogram.ts";
import { checkTracked, type TrackedValue } from "./tracker.ts";

/** The values of one step. */
export interface TrackedEvent {
  readonly step: number;
  /** When it was, in seconds since 1970; fractions count. */
  readonly wallTime: number;
  readonly values: Readonly<Record<string, TrackedValue>>;
}

/** Options of event files. */
export interface EventOptions {
  /** The number of buckets of a histogram; 30 by default. */
  readonly buckets?: number;
  /** Whether the bytes continue a file: then the record that every file begins with is left out. False by default. */
  readonly continued?: boolean;
}

const known: Checks<EventOptions> = { buckets: integerFrom(1, 10_000), continued: flag };

/** The enumerations DataType and DataClass. */
const [FLOAT, DOUBLE] = [1, 2];
const [SCALAR, TENSOR] = [1, 2];

/**
 * The bytes of an event file. Numbers and tensors without axes become scalars, in float32; other tensors and variables
 * become histograms. Steps may come in any order.
 * @throws ArgumentError or ValueError if an event or an option is of the wrong kind
 */
export function encodeEvents(events: readonly TrackedEvent[], options: EventOptions = {}): Uint8Array<ArrayBuffer> {
  checkOptions("encodeEvents", options, known);
  const { buckets = 30, continued = false } = options;
  checkEvents(events);
  const messages = events.map(({ step, wallTime, values }) => {
    const summary = new MessageWriter();
    for (const [name, value] of Object.entries(values)) summary.message(1, valueMessage(name, value, buckets));
    return recordOf(new MessageWriter().double(1, wallTime).integer(2, step).message(5, summary));
  });
  return joined(continued ? messages : [beginning(events[0]?.wallTime ?? 0), ...messages]);
}

/** The record that every file begins with: when, and the version of the format. */
export function beginning(wallTime: number): Uint8Array<ArrayBuffer> {
  return recordOf(new MessageWriter().double(1, wallTime).text(3, "brain.Event:2"));
}

function checkEvents(events: unknown): void {
  if (!Array.isArray(events))
    throw new ArgumentError(
      "encodeEvents: needs an array of events, such as [{ step: 0, wallTime: Date.now() / 1000, values: { loss } }], " +
        `got ${described(events)}`,
    );
  for (const event of Array.from(events)) checkEvent(event);
}

function checkEvent(event: unknown): void {
  if (
    typeof event !== "object" ||
    event === null ||
    !("wallTime" in event) ||
    !("step" in event) ||
    !("values" in event)
  )
    throw new ArgumentError(`encodeEvents: an event must be { step, wallTime, values }, got ${described(event)}`);
  checkTracked("encodeEvents", event.step, event.values);
  const { wallTime } = event;
  if (typeof wallTime !== "number" || !Number.isFinite(wallTime))
    throw new ValueError(`encodeEvents: wallTime must be a finite number of seconds, got ${described(wallTime)}`);
}

/** Summary.Value: the name, the tensor, and what it is. */
function valueMessage(name: string, value: TrackedValue, buckets: number): MessageWriter {
  const x = typeof value === "number" || value instanceof Tensor ? value : value.value;
  const scalar = typeof x === "number" ? x : x.rank === 0 ? x.item() : undefined;
  const tensor =
    scalar === undefined && typeof x !== "number"
      ? new MessageWriter()
          .integer(1, DOUBLE)
          .message(2, shapeMessage([buckets, 3]))
          .packedDoubles(4, histogramOf(x, buckets))
      : new MessageWriter().integer(1, FLOAT).message(2, shapeMessage([])).float(5, Number(scalar));
  const plugin = new MessageWriter().text(1, scalar === undefined ? "histograms" : "scalars");
  const metadata = new MessageWriter().message(1, plugin).integer(4, scalar === undefined ? TENSOR : SCALAR);
  return new MessageWriter().text(1, name).message(8, tensor).message(9, metadata);
}

/** TensorShapeProto. */
function shapeMessage(sizes: readonly number[]): MessageWriter {
  const shape = new MessageWriter();
  for (const size of sizes) shape.message(2, new MessageWriter().integer(1, size));
  return shape;
}

function recordOf(writer: MessageWriter): Uint8Array<ArrayBuffer> {
  const message = writer.finish();
  const record = new Uint8Array(message.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc32c(message), true);
  return record;
}
