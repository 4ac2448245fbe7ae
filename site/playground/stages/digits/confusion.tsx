/** The confusion matrix: a row for each digit, a column for each answer. */
import type { JSX } from "preact";
import { DIGITS } from "./settings.ts";

const digits: readonly number[] = Array.from({ length: DIGITS }, (_, digit) => digit);

interface Props {
  readonly labels: Uint8Array;
  readonly answers: Uint8Array;
}

export function Confusion({ labels, answers }: Props): JSX.Element {
  const counts = digits.map(() => digits.map(() => 0));
  for (const [k, label] of labels.entries()) counts[label][answers[k]]++;
  const most = Math.max(1, ...counts.map((row, label) => Math.max(...row.filter((_, answer) => answer !== label))));
  return (
    <table class="confusion number">
      <caption>Rows are what the images show, columns what the network says.</caption>
      <thead>
        <tr>
          <td />
          {digits.map((digit) => (
            <th key={digit} scope="col">
              {digit}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {counts.map((row, label) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {row.map((count, answer) => (
              <td
                key={answer}
                class={label === answer ? "right" : ""}
                style={{ "--share": label === answer ? "0" : (count / most).toFixed(3) }}
              >
                {count === 0 ? "" : count}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
