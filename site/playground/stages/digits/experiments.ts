/** Settings of the stage Digits worth a look. A test says that what they promise is so. */
import type { Experiment } from "../../app/experiments.tsx";
import { hasAllImages } from "./amounts.ts";

const all: readonly Experiment[] = [
  {
    title: "Four units",
    text: "Ten digits pass through four numbers. The network still reads two of three; draw some, and see which it confuses.",
    query: "hidden=4",
  },
  {
    title: "Straight lines",
    text: "The article's layer of degree 1: every edge is a straight line. More than one digit in ten stays unread.",
    query: "layer=loretz2024&degree=1",
  },
  {
    title: "As in the article",
    text: "Its layer, learning rate and batch. For the first steps the network guesses; after fifty it reads some.",
    query: "layer=loretz2024&lr=0.1&batch=2048",
  },
  {
    title: "All of MNIST",
    text: "Six times as many images, 6 MB more to load. One pass over them is enough for 93 %, where 10,000 images end lower.",
    query: "images=60000",
  },
];

/** Those for which this site has the images. */
export const experiments: readonly Experiment[] = all.filter(
  ({ query }) => hasAllImages || !/images=60000/.test(query),
);
