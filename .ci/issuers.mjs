// What docs/issuers.md promises, asked of a running service: node issuers.mjs PROVIDER SERVICE token|stranger|NAME [TOKEN]
// `token` prints a token of the provider; otherwise TOKEN must let in, as a stranger or as whoever is called NAME.
const [provider, service, wanted, token] = process.argv.slice(2);

async function issued() {
  const answer = await fetch(`${provider}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("street-app:secret").toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", resource: "urn:tongxin" }),
  });
  const { access_token, ...rest } = await answer.json();
  if (!access_token) throw new Error(`no token: ${JSON.stringify(rest)}`);
  return access_token;
}

async function me() {
  const answer = await fetch(`${service}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ me { name } }" }),
  });
  const body = await answer.json();
  if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(body)}`);
  return body.data.me?.name ?? "stranger";
}

if (wanted === "token") {
  console.log(await issued());
} else {
  // A link counts within a second in whatever process.
  const until = Date.now() + 10_000;
  let found = await me();
  while (found !== wanted && Date.now() < until) found = await me();
  if (found !== wanted) throw new Error(`let in as ${found}, not as ${wanted}`);
  console.log(`let in as ${found}`);
}
