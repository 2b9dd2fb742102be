# Every text that the app shows, by key.

product = Palaver

# Everywhere.
back = Back
close = Close
cancel = Cancel
continue = Continue
reload = Reload
try-again = Try again
loading = Loading
copied = Copied
copy-refused = The browser did not allow copying. Select the text and copy it by hand.
show-secret = Show
hide-secret = Hide
dismiss = Dismiss
you = You
today = Today
yesterday = Yesterday
to-list = Back to conversations

# Welcome.
welcome-title = Messages that stay between you
welcome-meaning = Palaver encrypts what you write on your device. Only the people you write to can read it.
welcome-point-private = The server carries messages it cannot open.
welcome-point-phone = No phone number and no email: you choose a name.
welcome-point-offline = Works in your browser, and keeps your conversations there.
welcome-create = Create an account
welcome-link = Link to a device you have
welcome-restore = Restore by recovery phrase
evicted-title = This browser cleared your data
evicted-meaning = There was an account here. The browser, or someone who uses it, removed what was stored. Your account still exists: your recovery phrase brings it back. Messages that were kept only here are gone.

# Making an account.
step-of = Step { $number } of { $all }
name = Name
name-title = Choose a name
name-meaning = People find you by it. You can change it later.
name-hint = 3 to 32 letters a–z, digits, dots, dashes or underscores. It starts with a letter.
name-wrong = A name has 3 to 32 letters a–z, digits, dots, dashes or underscores, and starts with a letter.
name-later = Do this later
name-offline = The relay cannot be reached. Your account is safe here. Try again, or choose a name later.
rename-title = Your account is ready
rename-meaning = Only the name is missing. Until you have one, people can add you by your link.
protect-title = Protect this device
protect-meaning = Your messages and keys are stored encrypted in this browser. Choose what opens them.
protection-question = How is your data protected?
protection-browser = This browser
protection-browser-means = Opens by itself, nothing to remember. Keeps out curious eyes, but a copy of this browser’s profile could be read.
protection-passphrase = A passphrase
protection-passphrase-means = You type it each time you open Palaver. A copy of this browser’s profile cannot be read without it.
protection-passkey = A passkey
protection-passkey-means = Your fingerprint, face or security key opens it. A copy of this browser’s profile cannot be read without it.
passphrase = Passphrase
passphrase-again = The same again
passphrase-hint = At least 12 characters. Four or five random words are easy to remember and hard to guess. If you forget it, your recovery phrase still brings your account back.
passphrase-short = The passphrase is too short: use at least 12 characters.
passphrase-differs = The two passphrases differ. Type the same one twice.
create-account = Create account
phrase = Recovery phrase
phrase-title = Write down your recovery phrase
phrase-meaning = These 24 words are the only way back to your account if you lose this device. They are shown once. Keep them on paper, and show them to no one: whoever has them has your account.
phrase-copy = Copy
phrase-print = Print
phrase-written = I have written them down
phrase-word = Word { $number }
phrase-check-wrong = That is not the right word. Check your paper.
phrase-count = { $count ->
    [one] { $count } of 24 words
   *[other] { $count } of 24 words
}
phrase-not-whole = The phrase has 24 words. Check that none is missing.
confirm-title = Check what you wrote
confirm-meaning = Type these words from your paper.
confirm-done = Done

# Restoring.
restore-title = Restore your account
restore-meaning = Type the 24 words of your recovery phrase, in order.
restore-consequence = Your other devices will be signed out. Messages that were stored only there do not come along.
restore-account = Restore account
restoring-title = Restoring your account
restoring-meaning = It comes back as soon as the relay can be reached. Conversations follow when the others’ devices have let this one in.
restoring-stop = Stop restoring
restoring-stop-question = Stop restoring?
restoring-stop-meaning = What was begun in this browser is erased. Your recovery phrase still brings the account back, here or elsewhere.
restoring-stop-do = Stop and erase

# Becoming one more device.
link-title = Link this device
link-choose-meaning = This device joins your account once one of your devices lets it in. New messages then come to both, and what was said before follows.
link-begin = Show the code
link-meaning = On a device where you are signed in, open Settings, then Devices, and choose “Link a device”. Scan this code there.
link-code = Code for your other device
link-copy = Copy the code as text
link-number = No camera? Type this number on the other device:
link-caution = Show the code to your own devices only. Another one comes when its time is over.
link-connecting = The code comes as soon as the relay can be reached.
link-compare-title = Compare the digits
link-compare-meaning = Look at the other device. Does it show the same digits?
link-compare-same = They are the same
link-compare-differ = They differ
link-compare-wait = Now say on the other device that they are the same.
link-digits-said = Compare these digits: { $digits }
link-joining-title = Joining your account
link-joining-meaning = Your other device is letting this one in. It takes a moment.

# Unlocking.
unlock-title = Palaver is locked
unlock-by-passphrase = Type your passphrase to open your conversations.
unlock-by-passkey = Use your passkey to open your conversations.
unlock = Unlock
unlock-use-passkey = Use passkey
unlock-forgotten = I cannot unlock it

# It cannot go on.
for-support = Details for support
begin-anew = Start again
key-lost-title = The key to your data is missing
key-lost-meaning = Your encrypted data is still here, but the browser lost the key that opens it. This happens when part of a browser’s profile is restored or cleaned.
key-lost-way = If you have a backup of this browser’s profile, restore it and reload. Otherwise erase what is here, and come back with your recovery phrase.
outdated-title = Palaver was updated
outdated-meaning = A newer version is running in another tab, and this one had to stop.
outdated-way = Reload to use the new version. Nothing is lost.
wiped-title = Everything here was erased
wiped-meaning = This browser holds no account and no messages any more.
wiped-way = Your account still exists on your other devices, and your recovery phrase brings it back.
insecure-title = This address is not secure
insecure-meaning = The page came without encryption, so the browser offers none of the cryptography that Palaver needs.
insecure-way = Open it by an address that begins with https. On your own machine, localhost works too.
refused-title = The browser refuses to store anything
refused-meaning = Palaver keeps your keys and messages in the browser. Here it may not.
refused-way = Leave private browsing, or allow this site to store data. Then reload.
full-title = There is no room left
full-meaning = The disk, or what the browser grants this site, is full. Nothing was lost.
full-way = Free some space, then reload.
storage-title = The browser’s storage failed
storage-meaning = Palaver could not read or write its data. What was stored before is still there.
storage-way = Reload. If it happens again, restart the browser.
newer-title = Your data is newer than this page
newer-meaning = A newer version of Palaver wrote what is stored here. This one cannot read it.
newer-way = Reload to get the newer version.
damaged-title = Your data cannot be read
damaged-meaning = What is stored here is damaged. It was not changed.
damaged-way = Reload once. If it stays so, erase what is here, and come back with your recovery phrase.
wasm-title = The browser blocks WebAssembly
wasm-meaning = Palaver’s encryption needs it. A setting or an extension keeps it from running.
wasm-way = Allow WebAssembly for this site, or use another browser. Then reload.
old-title = This browser is too old
old-meaning = It lacks something that Palaver needs.
old-way = Update the browser, then reload.
worker-title = Palaver stopped and could not restart
worker-meaning = Its background process ended several times. Your data is not affected.
worker-way = Reload. If it happens again, close other tabs of Palaver first.
address-title = The relay’s address is wrong
address-meaning = This page was set up with an address that leads nowhere.
address-way = Tell whoever runs this site.
erase-here = Erase everything here
erase-question = Erase everything here?
erase-meaning = Your messages, contacts and keys are removed from this browser. To come back you need your recovery phrase; messages kept only here are lost for good.
erase-everything = Erase everything here

# The list.
conversations = Conversations
contacts = Contacts
commands = Commands
settings = Settings
search = Search
new-conversation = New conversation
add-contact = Add contact
add-contact-ways = By name, link or code
list-width = Width of the list
list-empty-title = No conversations yet
list-empty = Add someone to start one.
nobody-found = No one named “{ $search }” is among your contacts.
nothing-said = Nothing has been said yet
name-wanted = You have no name yet. With one, people can find you.
choose-name = Choose a name
nothing-chosen = Choose a conversation, or start a new one.
keys-search = to search
keys-switch = to switch
unread-count = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
stranger-title = Not among your contacts
stranger-meaning = This conversation is not on this device. Add the person to write to them.
unknown-title = There is nothing here
unknown-meaning = The address may have been cut short.

# A conversation.
chat-with = Conversation with { $name }
room = Group
room-not-yet = This version shows groups, but cannot write to them yet.
details = Details
messages = Messages
message = Message
send = Send
send-again = Send again
discard = Discard
files-not-yet = Files cannot be sent yet.
unread-line = New messages
jump = Jump to latest
jump-count = { $count ->
    [one] Jump to latest, { $count } new message
   *[other] Jump to latest, { $count } new messages
}
encrypted-note = Only you and { $name } can read this conversation.
say-something = Say hello to { $name }.
announce-message = { $name }: { $text }
delivery-failed = Not sent
delivery-queued = Waiting to be sent
delivery-sent = Sent
delivery-delivered = Delivered
delivery-read = Read
delivery-received = Received

# Contacts.
who = Name or link
who-example = @name
who-hint = Type a name, or paste a link that someone gave you.
who-empty = Type a name, or paste a link.
who-link = This link is not whole. Copy all of it, from “palaver:” to the end.
add = Add
scan = Scan a code
scan-meaning = Hold the camera over the other person’s code.
camera = What the camera sees
camera-refused = The camera cannot be used. Allow it for this site, or type or paste what it would read.
own-code = Your code
own-code-meaning = Let someone scan it, or send them your link. It only says who you are.
copy-link = Copy link
contact-added = Contact added
verified = Verified
not-verified = Not verified
their-link = Link
safety-number = Safety number
safety-meaning = Compare it with { $name }, in person or over a call. If it is the same on both sides, no one stands between you.
safety-unknown = There is no number yet: nothing is known of this contact’s devices. It appears when the relay can be reached.
safety-verified = You compared this number with { $name }. If it ever changes, you will be told.
key-exchange = Encryption
key-exchange-hybrid = Post-quantum. Keys are agreed by X25519 and ML-KEM-768 together: what is recorded today stays closed to quantum computers.
key-exchange-classic = Keys are agreed by X25519. A device of one side did not know post-quantum keys when the conversation began.
mark-verified = Mark as verified

# Settings.
setting-profile = Profile
setting-profile-line = Your name, code and link
setting-appearance = Appearance
setting-appearance-line = Light or dark
setting-storage = Storage and protection
setting-storage-line = What is kept here, and what opens it
setting-phrase = Recovery phrase
setting-phrase-line = Check or replace it
setting-devices = Devices
setting-devices-line = Where you are signed in
setting-diagnostics = Diagnostics
setting-diagnostics-line = What helps to find a fault
setting-erase = Log out
setting-erase-line = Erase everything in this browser
name-save = Save name
name-changed = Your name was changed
theme = Theme
theme-system = Like the system
theme-light = Light
theme-dark = Dark
theme-meaning = The same on all of your devices.
use-theme-system = Use the system’s theme
use-theme-light = Use the light theme
use-theme-dark = Use the dark theme
protection = Protection
change-protection = Change protection
protection-changed = Protection changed
protect = Protect
kept-here = Kept in this browser
room-of = { $used } of { $quota } that the browser grants
room-used = { $used }
megabytes = { $number } MB
gigabytes = { $number } GB
persistent = The browser promised not to clear your data by itself.
not-persistent = The browser may clear your data when the disk gets full.
persist = Ask the browser to keep it
persist-declined = The browser did not promise it. Installing Palaver or using it often may change its mind.
phrase-check = Check your phrase
phrase-check-meaning = Type the words from your paper to see whether they are right. They are compared here and sent nowhere.
phrase-check-do = Check
phrase-right = These are the right words.
phrase-wrong = These are not your words. Check spelling and order.
phrase-replace = Replace the phrase
phrase-replace-hint = If someone may have seen your words, check them here and then replace them.
phrase-replace-meaning = You get 24 new words, and the old ones stop working at once.
phrase-replace-do = Make new words, void the old
phrase-replaced = Your phrase was replaced
devices-meaning = Every device in this list can read and write your messages. Remove any that you do not know or have lost.
device-this = This browser
device-active = Signed in
device-removed = Removed
device-link = Link a device
device-link-meaning = On the new device, choose “Link to a device you have”. Then scan the code that it shows, or type its number.
device-link-what = Code or number
device-link-scan = Hold the camera over the code that the new device shows.
device-link-do = Let it in
device-link-wrong = That is neither a whole code nor a number of nine digits.
device-link-joining = The new device is joining your account.
device-linked = The new device is linked. It stands in this list.
device-remove = Remove
device-remove-question = Remove this device?
device-remove-meaning = It is signed out, and gets no new messages. What it has already received stays on it.
device-remove-do = Remove device
diagnostics-meaning = Nothing here is secret or says whom you talk to. You can send it to whoever helps you.
diagnostics-connection = Connection
diagnostics-outbox = Waiting to be sent
diagnostics-conversations = Conversations
diagnostics-contacts = Contacts
diagnostics-devices = Your devices
diagnostics-writes = Writes to storage
diagnostics-protocol = Protocol version
diagnostics-page = Page version
diagnostics-version = App version
diagnostics-browser = Browser
copy-diagnostics = Copy all
erase-page-meaning = Logging out erases your messages, contacts and keys from this browser. Your account and your other devices stay as they are.
erase-page-caution = To come back you need your recovery phrase. Check it first if you are not sure of it.
erase-log-out = Log out and erase

# The connection.
connection-offline = Offline
connection-connecting = Connecting
connection-catching-up = Catching up
connection-live = Connected
connection-stopped = Stopped
offline-bar = Offline. Messages will be sent when you’re back.
hand-over-bar = What was said before is being brought to the new device. Keep this open.
connecting-bar = Reconnecting…
stopped-relay-changed = This is not the relay your account was made on. Nothing was sent to it.
stopped-superseded = This account is open elsewhere under this device. Reload to use it here.
stopped-device-revoked = This device was removed from your account. It gets no messages any more.
stopped-upgrade-required = The relay needs a newer version. Reload to get it.
stopped-other = The connection was stopped to keep you safe. Nothing is sent.

# Notices.
notices = Notices
compare-again = Compare the new number
show-conversation = Show conversation
notice-safety-number-changed = { $is-named ->
    [no] The safety number of one of your contacts has changed. They may have a new phrase, or someone may be listening. Compare it before you write anything private.
   *[yes] The safety number with { $name } has changed. They may have a new phrase, or someone may be listening. Compare it before you write anything private.
}
notice-identity-untrusted = { $is-named ->
    [no] The relay showed a false history of someone’s devices. It was not believed, and nothing was sent because of it.
   *[yes] The relay showed a false history of { $name }’s devices. It was not believed, and nothing was sent because of it.
}
notice-heads-differ = { $is-named ->
    [no] Someone in a conversation sees other devices in it than you do. The relay may be hiding something. Compare safety numbers.
   *[yes] { $name } sees other devices in this conversation than you do. The relay may be hiding something. Compare safety numbers.
}
notice-relay-changed = This is not the relay your account was made on. Nothing was sent to it.
notice-state-rolled-back = Your data here is an older copy: this device has gone on without it. New keys are made everywhere, and what was said since may be missing here. If you did not put a copy back, someone else uses this device’s data: remove the device.
notice-device-revoked = This device was removed from your account by another of your devices. It gets no messages any more.
notice-superseded = This device’s connection was taken over by another window.
notice-upgrade-required = Something was sent that this version cannot read. Reload to get the newer one.
notice-entry-refused = A message could not be verified, and is not shown.
notice-welcome-refused = An invitation to a conversation could not be verified, and was refused.
notice-key-package-refused = { $is-named ->
    [no] The relay gave out a false key for one of your contacts. It was not used.
   *[yes] The relay gave out a false key for { $name }. It was not used.
}
notice-removed = This device was removed from a conversation.
notice-send-failed = A message could not be sent. You can send it again.
notice-may-be-sent = A message may have been sent already, before this older copy was put back. Ask before you send it again.
notice-relay-misbehaved = The relay answered in a way that this version does not understand.
notice-wrong-phrase = No account at this relay has this phrase. It is misspelt, was replaced, or belongs elsewhere.
notice-restore-failed = The account could not be restored. Check the phrase, then try again.
notice-phrase-not-shown = A new recovery phrase is in force that was never shown to you. Replace the phrase once more to see it.
notice-commit-voided = { $is-named ->
    [no] A device changed a conversation’s keys so that others could not follow. The change was taken back.
   *[yes] A device of { $name } changed a conversation’s keys so that others could not follow. The change was taken back.
}
notice-rejoin-failed = A conversation cannot be repaired yet. It goes on once someone else in it is online.
notice-rejoined = A conversation was repaired. Messages go on as before.

# Refusals and failures.
refused-handle-taken = Someone else has this name. Choose another.
refused-busy = The relay is busy. Try again in a moment.
refused-not-found = The relay knows no such account. Check the spelling.
refused-own-account = That is you.
refused-offline = The relay cannot be reached. Nothing was changed. Try again when you are online.
refused-empty-text = The message is empty.
refused-text-too-long = The message is too long: at most 64 KB.
refused-outbox-full = Too many messages wait to be sent. Try again when you are online.
refused-safety-number-changed = The number has changed meanwhile. Compare the new one.
refused-restoring = The account is still being restored. Try again when it is here.
refused-untrusted = What the relay served is not to be trusted. Nothing was changed.
refused-upgrade-required = This needs a newer version. Reload to get it.
refused-relay-refused = The relay refused. Nothing was changed.
refused-invalid = This device cannot do that.
refused-link-failed = The device was not linked. It left, took too long, showed other digits, or shows another code by now. Look at it, and begin again.
failed-wrong-secret = That is not right. Try again.
failed-bad-phrase = These words are no recovery phrase. Check their spelling and order.
failed-wrong-phrase = No account here has this phrase. It is misspelt, was replaced, or belongs to another relay.
failed-restore = The account could not be restored. Check the phrase, then try again.
failed-link = This device was not linked. The other one left, took too long, or showed other digits. Begin again.
failed-offline = The relay cannot be reached. Nothing was changed. Try again when you are online.
failed-relay-refused = The relay refused. Nothing was changed.
failed-no-passkey = The passkey was not used, or cannot keep a secret. Try again, or choose another protection.
failed-storage-full = The browser has no room left. Free some space, then try again.
failed-storage-failed = The browser’s storage failed. Nothing was changed. Reload, and try again.
failed-account-exists = There is an account here already. Reload to open it.
failed-interrupted = Palaver restarted in the middle of this. Look whether it was done, then try again.
failed-internal = Something went wrong in Palaver. Nothing was changed. Reload, and try again.
