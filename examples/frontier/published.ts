/** What others have published: most of them the best test epoch, and some the best of several runs. */

/** A published result: accuracies on the test images, in percent. */
export interface PublishedResult {
  readonly name: string;
  readonly parameters: number;
  readonly mnist?: number;
  readonly fashion?: number;
  readonly source: string;
}

const KAN_BE_FAIR = "KANbeFair (yu-rp), results.csv: the best of its sweep on the test images";
const BSRBF = "BSRBF_KAN (hoangthangta), README at 4ba97ca: the best of 5 runs; later withdrawn for an update";

export const published: readonly PublishedResult[] = [
  { name: "MLP", parameters: 25_450, mnist: 96.99, fashion: 87.63, source: KAN_BE_FAIR },
  { name: "MLP", parameters: 50_890, mnist: 97.56, fashion: 88.46, source: KAN_BE_FAIR },
  { name: "MLP", parameters: 101_770, mnist: 97.94, fashion: 88.87, source: KAN_BE_FAIR },
  { name: "B-spline KAN", parameters: 50_834, mnist: 94.03, source: KAN_BE_FAIR },
  { name: "B-spline KAN", parameters: 63_538, fashion: 86.68, source: KAN_BE_FAIR },
  { name: "B-spline KAN", parameters: 139_770, mnist: 96.16, source: KAN_BE_FAIR },
  { name: "B-spline KAN", parameters: 127_066, fashion: 87.83, source: KAN_BE_FAIR },
  { name: "MLP, SiLU", parameters: 52_512, mnist: 97.69, fashion: 88.51, source: BSRBF },
  { name: "efficient-kan", parameters: 508_160, mnist: 97.54, fashion: 89.11, source: BSRBF },
  { name: "FastKAN", parameters: 459_114, mnist: 97.38, fashion: 89.62, source: BSRBF },
  { name: "BSRBF-KAN", parameters: 459_040, mnist: 97.63, fashion: 89.59, source: BSRBF },
  { name: "Gottlieb", parameters: 219_927, mnist: 97.78, fashion: 87.69, source: BSRBF },
  { name: "ChebyKAN", parameters: 128_896, mnist: 97, source: "its README: about 97" },
  { name: "JacobiKAN", parameters: 103_136, mnist: 97, source: "its README: about 97" },
  {
    name: "article, polynomial",
    parameters: 63_560,
    mnist: 95.61,
    fashion: 85.21,
    source: "Loretz 2024: the mean of 4 runs",
  },
  {
    name: "article, linear",
    parameters: 15_950,
    mnist: 95.27,
    fashion: 85.37,
    source: "Loretz 2024: the mean of 4 runs",
  },
];
