// Runs a client in Node: reads the conversation from the file named last, prints the transcript.
import { readFile } from "node:fs/promises";

import { talk } from "./talk.mjs";

export async function main(name, start) {
  const manifest = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, "utf8"));
  const conversation = JSON.parse(await readFile(process.argv.at(-1), "utf8"));
  process.stdout.write(JSON.stringify(await talk(`${name} ${version}`, conversation, start)));
}
