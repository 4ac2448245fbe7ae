/** The arguments of an operation after its operands, as they are shown. */

const MOST_NUMBERS = 6;

/** Texts, numbers and lists of numbers; not tensors, labels and objects. */
export function optionTexts(op: string, options: readonly unknown[]): string[] {
  if (op === "linear") return options[0] === true ? ["relu"] : [];
  return options.flatMap((option) => {
    if (typeof option === "string") return [option];
    if (typeof option === "number") return [String(option)];
    if (Array.isArray(option) && option.every((each) => typeof each === "number"))
      return [`[${(option.length > MOST_NUMBERS ? [...option.slice(0, MOST_NUMBERS), "..."] : option).join(", ")}]`];
    return [];
  });
}
