// The least of an import that needs the methods: a bundler must not drop what installs them.
import { grad, tensor } from "polygrad";

console.log(
  grad((x) => x.mul(x).sum())(tensor([1, 2]).add(1))
    .value.toArray()
    .join(" "),
);
