/** Augmentation: copies of images that are shifted by a pixel or two, in any of the eight directions. */
import { ImageDataset, Random } from "polygrad";

/** The furthest shift along each axis, in pixels. */
const FURTHEST = 2;

/** Each image, and `copies` copies of it, shifted by -2 to 2 pixels along each axis at random. What enters is black. */
export function shifted(images: ImageDataset, copies: number): ImageDataset {
  if (copies === 0) return images;
  const [height, width] = images.sampleShape;
  const { length, classes } = images;
  const size = height * width;
  const from = images.pixels.bytes;
  const pixels = new Uint8Array(length * (copies + 1) * size);
  const labels = new Int32Array(length * (copies + 1));
  const random = new Random(0);
  const draw = () => random.below(2 * FURTHEST + 1) - FURTHEST;
  for (let image = 0; image < length; image++)
    for (let copy = 0; copy <= copies; copy++) {
      const at = image * (copies + 1) + copy;
      const [down, right] = copy === 0 ? [0, 0] : [draw(), draw()];
      labels[at] = images.labels[image];
      for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
        const start = image * size + (row - down) * width;
        const [first, last] = [Math.max(0, right), Math.min(width, width + right)];
        pixels.set(from.subarray(start + first - right, start + last - right), at * size + row * width + first);
      }
    }
  return new ImageDataset(pixels, images.sampleShape, labels, classes);
}
