/** The fields of settings: a choice, a slider, a number. Each has a label, and a number is always shown as text too. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface ChoiceProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly { readonly value: Value; readonly title: ComponentChildren }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all visible. */
export function Choice<Value extends string | number>(props: ChoiceProps<Value>): JSX.Element {
  const { label, value, options, onChange } = props;
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="options">
        {options.map((each) => (
          <label key={each.value}>
            <input
              type="radio"
              name={name}
              class="unseen"
              checked={each.value === value}
              onChange={() => onChange(each.value)}
            />
            <span>{each.title}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What is shown for a value; by default the value. */
  readonly show?: (value: number) => string;
  readonly onChange: (value: number) => void;
}

/** An integer in a range. */
export function Slider({ label, value, low, high, show = String, onChange }: SliderProps): JSX.Element {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id} class="number">
        {show(value)}
      </output>
      <input
        id={id}
        type="range"
        min={low}
        max={high}
        value={value}
        aria-valuetext={show(value)}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </div>
  );
}

interface AmongProps<Value extends number> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly onChange: (value: Value) => void;
}

/** A slider over a few numbers. */
export function Among<Value extends number>({ label, value, values, onChange }: AmongProps<Value>): JSX.Element {
  return (
    <Slider
      label={label}
      value={values.indexOf(value)}
      low={0}
      high={values.length - 1}
      show={(place) => String(values[place])}
      onChange={(place) => onChange(values[place])}
    />
  );
}

interface SeedProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** The seed, and a button for the next one. */
export function Seed({ value, onChange }: SeedProps): JSX.Element {
  const id = useId();
  return (
    <div class="seed">
      <label for={id}>Seed</label>
      <input
        id={id}
        class="number"
        inputMode="numeric"
        value={value}
        onChange={({ currentTarget }) => {
          const seed = Number(currentTarget.value);
          if (Number.isSafeInteger(seed) && seed >= 0) onChange(seed);
          else currentTarget.value = String(value);
        }}
      />
      <button type="button" onClick={() => onChange(value + 1)}>
        Next seed
      </button>
    </div>
  );
}
