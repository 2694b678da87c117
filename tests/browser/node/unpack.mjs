// Unpacks the Chromium of @sparticuz/chromium, with the libraries it needs, into the folder TMPDIR.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";

const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
await chromium.executablePath();
await inflate(join(dirname(dirname(entry)), "bin/al2023.tar.br"));
