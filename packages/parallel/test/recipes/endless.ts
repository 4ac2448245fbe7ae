/** A module that never finishes loading. */
await new Promise(() => {});

export default {};
