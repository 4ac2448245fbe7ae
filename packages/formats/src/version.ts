/** The version of this package, as files and the command state it. A test holds it against package.json. */
export const VERSION = "0.1.0";
