/** `pnpm site`: serves the playground while it is being developed, and prints its address. */
import { createServer } from "vite";
import { playground } from "./playground.ts";

const server = await createServer(playground);
await server.listen();
for (const address of server.resolvedUrls?.local ?? []) console.log(`The playground is at ${address}`);
for (const address of server.resolvedUrls?.network ?? []) console.log(`  from other devices:  ${address}`);
