// ts-mls doing the same work in memory: a group of two, messages sealed by one and opened by the other.
import * as mls from 'ts-mls';

globalThis.peer = async (count) => {
  const suite = await mls.getCiphersuiteImpl(mls.getCiphersuiteFromName('MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'));
  const member = (name) =>
    mls.generateKeyPackage(
      { credentialType: 'basic', identity: new TextEncoder().encode(name) },
      mls.defaultCapabilities(),
      mls.defaultLifetime,
      [],
      suite,
    );
  const [ana, ben] = [await member('ana'), await member('ben')];
  let sender = await mls.createGroup(new TextEncoder().encode('group'), ana.publicPackage, ana.privatePackage, [], suite);
  const add = { proposalType: 'add', add: { keyPackage: ben.publicPackage } };
  const commit = await mls.createCommit({ state: sender, cipherSuite: suite }, { extraProposals: [add] });
  sender = commit.newState;
  let receiver = await mls.joinGroup(
    commit.welcome,
    ben.publicPackage,
    ben.privatePackage,
    mls.emptyPskIndex,
    suite,
    sender.ratchetTree,
  );
  const sealed = [];
  const sealing = performance.now();
  for (let index = 0; index < count; index += 1) {
    const made = await mls.createApplicationMessage(sender, new TextEncoder().encode(`message number ${index}`), suite);
    sender = made.newState;
    sealed.push(made.privateMessage);
  }
  const opening = performance.now();
  for (const message of sealed) {
    const opened = await mls.processPrivateMessage(receiver, message, mls.emptyPskIndex, suite);
    receiver = opened.newState;
  }
  return { sealed: opening - sealing, opened: performance.now() - opening };
};
