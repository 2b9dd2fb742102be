// A passkey whose pseudo-random function gives 32 bytes for this account: they wrap the data key.
import { PalaverError } from './errors.js';

/** The input of the function: the same for ever, for this purpose only. */
const PURPOSE = new TextEncoder().encode('palaver/1/data-key/passkey');

export const supportsPasskeys = () => typeof globalThis.PublicKeyCredential === 'function';

const passkeyMissing = (message) => new PalaverError('no_passkey', message);

const secretOf = (credential) => {
  const first = credential?.getClientExtensionResults().prf?.results?.first;
  return first && new Uint8Array(first);
};

/** Makes a passkey for someone of this name. */
export async function makePasskey(name) {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: 'Palaver' },
        user: { id: random(16), name, displayName: name },
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        extensions: { prf: { eval: { first: PURPOSE } } },
      },
    }),
  );
  const credential = new Uint8Array(made.rawId);
  // Many authenticators give the secret only when they are used.
  return { credential, secret: secretOf(made) ?? (await usePasskey(credential)) };
}

/** The secret of a passkey. */
export async function usePasskey(credential) {
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: [{ type: 'public-key', id: credential }],
        userVerification: 'required',
        extensions: { prf: { eval: { first: PURPOSE } } },
      },
    }),
  );
  const secret = secretOf(used);
  if (!secret) throw passkeyMissing('This passkey cannot keep a secret. Choose another, or use a passphrase.');
  return secret;
}

async function asked(question) {
  let credential;
  try {
    credential = await question();
  } catch (error) {
    throw passkeyMissing(`No passkey was used: ${error.message}`);
  }
  if (!credential) throw passkeyMissing('No passkey was chosen.');
  return credential;
}

const random = (length) => crypto.getRandomValues(new Uint8Array(length));
