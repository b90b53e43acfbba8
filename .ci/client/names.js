// Prints what a generated client offers, one name a line: `ItemsService.readItems`, `type ItemPublic`.
//
//   node names.js FOLDER-OF-THE-CLIENT
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
const lines = (file) => readFileSync(join(folder, file), "utf8").split("\n");

let service;
for (const line of lines("sdk.gen.ts")) {
  service = line.match(/^export class (\w+)/)?.[1] ?? service;
  const method = line.match(/^\s+public static (\w+)\(/)?.[1];
  if (method) console.log(`${service}.${method}`);
}
for (const line of lines("types.gen.ts")) {
  const type = line.match(/^export (?:type|enum|interface) (\w+)/)?.[1];
  if (type) console.log(`type ${type}`);
}
