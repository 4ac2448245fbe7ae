"""An independent reader and writer of safetensors, by Python's json and struct alone. Numbers travel as text:
the shortest decimal that gives the same float64, "inf", "-inf" or "nan".

oracle.py codes        -> {dtype: [the number of every code]}
oracle.py read FILE... -> [{"metadata", "header_bytes", "entries": {name: {dtype, shape, data_offsets, values}}}]
oracle.py write        <- [{"path", "metadata", "entries": [[name, dtype, shape, values]]}]
oracle.py pack         <- [[dtype, value]]  -> [bytes in hexadecimal, or null where Python refuses]
"""
import json
import math
import struct
import sys

STRUCT = {
    "F64": "d", "F32": "f", "F16": "e", "I64": "q", "I32": "i", "I16": "h", "I8": "b",
    "U64": "Q", "U32": "I", "U16": "H", "U8": "B", "BOOL": "?",
}
# Exponent bits, mantissa bits, bias, and whether the format has infinity, NaN as all ones, or NaN as minus zero.
SMALL = {
    "F16": (5, 10, 15, "ieee"), "BF16": (8, 7, 127, "ieee"), "F8_E5M2": (5, 2, 15, "ieee"),
    "F8_E4M3": (4, 3, 7, "fn"), "F8_E4M3FNUZ": (4, 3, 8, "fnuz"), "F8_E5M2FNUZ": (5, 2, 16, "fnuz"),
}


def decode(dtype, code):
    if dtype == "F8_E8M0":
        return math.nan if code == 255 else math.ldexp(1.0, code - 127)
    exponent_bits, mantissa_bits, bias, ends = SMALL[dtype]
    sign = code >> (exponent_bits + mantissa_bits)
    exponent = (code >> mantissa_bits) & ((1 << exponent_bits) - 1)
    fraction = code & ((1 << mantissa_bits) - 1)
    if ends == "ieee" and exponent == (1 << exponent_bits) - 1:
        return math.nan if fraction else (-math.inf if sign else math.inf)
    if ends == "fn" and exponent == (1 << exponent_bits) - 1 and fraction == (1 << mantissa_bits) - 1:
        return math.nan
    if ends == "fnuz" and sign and exponent == 0 and fraction == 0:
        return math.nan
    if exponent == 0:
        number = math.ldexp(fraction, 1 - bias - mantissa_bits)
    else:
        number = math.ldexp(1 + fraction / (1 << mantissa_bits), exponent - bias)
    return -number if sign else number


def shown(number):
    return repr(float(number))


def numbers(dtype, data):
    if dtype in STRUCT:
        return [x for (x,) in struct.iter_unpack("<" + STRUCT[dtype], data)]
    if dtype == "BF16":  # the upper half of a float32
        return [struct.unpack("<f", b"\0\0" + data[i : i + 2])[0] for i in range(0, len(data), 2)]
    return [decode(dtype, code) for code in data]


def read(path):
    with open(path, "rb") as file:
        file_bytes = file.read()
    (length,) = struct.unpack("<Q", file_bytes[:8])
    header = json.loads(file_bytes[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    data = file_bytes[8 + length :]
    for entry in header.values():
        start, end = entry["data_offsets"]
        entry["values"] = [shown(x) for x in numbers(entry["dtype"], data[start:end])]
    return {"metadata": metadata, "header_bytes": length, "entries": header}


def write(path, metadata, entries):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, dtype, shape, values in entries:
        packed = b"".join(pack(dtype, x) for x in values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header, ensure_ascii=False, indent=1).encode("utf-8")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def pack(dtype, value):
    if dtype in ("F64", "F32", "F16"):
        return struct.pack("<" + STRUCT[dtype], float(value))
    return struct.pack("<" + STRUCT[dtype], int(float(value)))


def packed_or_none(dtype, value):
    try:
        return pack(dtype, value).hex()
    except (OverflowError, struct.error):
        return None


command = sys.argv[1]
if command == "codes":
    small = {"F16": 16, "BF16": 16, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F8_E8M0": 8}
    result = {dtype: [shown(decode(dtype, code)) for code in range(1 << bits)] for dtype, bits in small.items()}
    # Two of them Python knows itself.
    assert result["F16"] == [shown(struct.unpack("<e", struct.pack("<H", c))[0]) for c in range(1 << 16)]
    assert result["BF16"] == [shown(struct.unpack("<f", struct.pack("<I", c << 16))[0]) for c in range(1 << 16)]
elif command == "read":
    result = [read(path) for path in sys.argv[2:]]
elif command == "write":
    result = [write(file["path"], file["metadata"], file["entries"]) for file in json.load(sys.stdin)]
elif command == "pack":
    result = [packed_or_none(dtype, value) for dtype, value in json.load(sys.stdin)]
json.dump(result, sys.stdout)
