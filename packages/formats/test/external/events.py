"""Reads TensorBoard's event files without TensorFlow and TensorBoard, and prints what they hold as JSON.

Google's protobuf decodes the messages, whose fields are described here after event.proto, summary.proto and tensor.proto of
TensorBoard; crcmod checks the checksums. Debian's packages: python3-protobuf, python3-crcmod, python3-numpy.
"""

import json
import struct
import sys

import crcmod.predefined
import numpy
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

crc32c = crcmod.predefined.mkCrcFun("crc-32c")

DOUBLE, FLOAT, INT64, INT32, STRING, MESSAGE, BYTES = 1, 2, 3, 5, 9, 11, 12

MESSAGES = {
    "Event": {"wall_time": (1, DOUBLE), "step": (2, INT64), "file_version": (3, STRING), "summary": (5, "Summary")},
    "Summary": {"value": (1, ["Value"])},
    "Value": {
        "tag": (1, STRING),
        "simple_value": (2, FLOAT),
        "histo": (5, BYTES),
        "tensor": (8, "TensorProto"),
        "metadata": (9, "SummaryMetadata"),
    },
    "SummaryMetadata": {"plugin_data": (1, "PluginData"), "display_name": (2, STRING), "data_class": (4, INT32)},
    "PluginData": {"plugin_name": (1, STRING), "content": (2, BYTES)},
    "TensorProto": {
        "dtype": (1, INT32),
        "tensor_shape": (2, "TensorShapeProto"),
        "tensor_content": (4, BYTES),
        "float_val": (5, [FLOAT]),
        "double_val": (6, [DOUBLE]),
    },
    "TensorShapeProto": {"dim": (2, ["Dim"])},
    "Dim": {"size": (1, INT64), "name": (2, STRING)},
}


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="events.proto", package="t", syntax="proto3")
    for message, fields in MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            repeated = isinstance(kind, list)
            kind = kind[0] if repeated else kind
            field = described.field.add(name=name, number=number, label=3 if repeated else 1)
            if isinstance(kind, str):
                field.type, field.type_name = MESSAGE, f".t.{kind}"
            else:
                field.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("t.Event"))


def unmasked(crc):
    rotated = (crc - 0xA282EAD8) & 0xFFFFFFFF
    return ((rotated >> 17) | (rotated << 15)) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        length, check = struct.unpack_from("<QI", data, at)
        assert unmasked(check) == crc32c(data[at : at + 8]), f"the checksum of the length at {at} is wrong"
        message = data[at + 12 : at + 12 + length]
        (check,) = struct.unpack_from("<I", data, at + 12 + length)
        assert unmasked(check) == crc32c(message), f"the checksum of the message at {at} is wrong"
        yield message
        at += length + 16


def numbers(tensor):
    if tensor.dtype == 1:
        assert not tensor.tensor_content
        return list(tensor.float_val)
    assert tensor.dtype == 2, tensor.dtype
    return numpy.frombuffer(tensor.tensor_content, "<f8").tolist()


def plain(event):
    size = event.ByteSize()
    event.DiscardUnknownFields()
    assert event.ByteSize() == size, "there are fields that the protocol does not have"
    return {
        "step": event.step,
        "wallTime": event.wall_time,
        "version": event.file_version,
        "values": [
            {
                "tag": value.tag,
                "plugin": value.metadata.plugin_data.plugin_name,
                "content": value.metadata.plugin_data.content.hex(),
                "dataClass": value.metadata.data_class,
                "dtype": value.tensor.dtype,
                "shape": [dim.size for dim in value.tensor.tensor_shape.dim],
                "numbers": [repr(x) for x in numbers(value.tensor)],
            }
            for value in event.summary.value
        ],
    }


def read(path):
    Event = event_class()
    with open(path, "rb") as file:
        return [plain(Event.FromString(record)) for record in records(file.read())]


def histogram(request):
    """numpy's histogram, which has the same buckets."""
    counts, edges = numpy.histogram(numpy.array(request["values"], dtype="f8"), request["buckets"])
    return {"counts": counts.tolist(), "edges": edges.tolist()}


if __name__ == "__main__":
    if sys.argv[1] == "read":
        print(json.dumps([read(path) for path in sys.argv[2:]]))
    else:
        print(json.dumps([histogram(request) for request in json.load(sys.stdin)]))
