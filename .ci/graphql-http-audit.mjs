// Runs the audits of graphql-http against a server: node graphql-http-audit.mjs URL
// The server must let strangers introspect, as the demo does: some audits ask for `__type`.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
if (!url) {
  console.error("usage: node graphql-http-audit.mjs URL");
  process.exit(2);
}

const counts = {};
let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url })) {
  const result = await audit.fn();
  const level = audit.name.split(" ")[0];
  counts[level] ??= [0, 0];
  counts[level][1] += 1;
  if (result.status === "ok") {
    counts[level][0] += 1;
    passed += 1;
  } else {
    failed += 1;
    console.log(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
  }
}
for (const [level, [ok, all]] of Object.entries(counts)) console.log(`${level} ${ok}/${all}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
