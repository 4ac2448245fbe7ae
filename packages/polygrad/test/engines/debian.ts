/** Finds what npm does not have: browsers, and an emulator of arm64 with its libraries. Debian has packages of them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian's cross packages install the libraries of arm64. */
const ARM64 = "/usr/aarch64-linux-gnu";

/**
 * The path of a program: that of an environment variable, otherwise the first on the path.
 *
 * @throws Error that says what to install if there is none, so that no test is skipped silently
 */
export function find(program: string, debianPackage: string, variable: string): string {
  const named = process.env[variable];
  const paths = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, program));
  const found = named ? existsSync(named) && named : paths.find((path) => existsSync(path));
  if (found) return found;
  const where = named ? `at $${variable}, ${named}` : "on the path";
  throw new Error(
    `no ${program} ${where}; install it ("apt-get install ${debianPackage}") or give its path in ${variable}`,
  );
}

/** The command that runs programs for arm64 on this processor. @throws Error that says what to install */
export function arm64Emulator(): string[] {
  for (const [library, debianPackage] of [
    ["libc.so.6", "libc6-arm64-cross"],
    ["libstdc++.so.6", "libstdc++6-arm64-cross"],
  ])
    if (!existsSync(join(ARM64, "lib", library)))
      throw new Error(`no ${library} in ${ARM64}/lib; install it ("apt-get install ${debianPackage}")`);
  return [find("qemu-aarch64", "qemu-user", "QEMU_AARCH64"), "-L", ARM64];
}
