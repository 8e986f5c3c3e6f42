/**
 * The second step by passkey, served as `/pages-passkey.js`: asks the browser with the options that the page
 * holds and sends the form with the answer. Where a browser knows no passkeys the button stays away.
 */
export const passkeyScript = `
const form = document.querySelector('form[data-passkey]');
if (form && globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.passkey.value) return;
    event.preventDefault();
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(form.dataset.passkey));
      const credential = await navigator.credentials.get({ publicKey });
      form.elements.passkey.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      document.querySelector('#passkey-fault').hidden = false;
    }
  });
}
`;
