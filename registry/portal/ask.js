// @ts-check
import { byId, setText } from './dom.js';

/**
 * Asks in a dialog. The button says the effect; the dialog stays open with the reason when it fails.
 * @param {{ title: string, body: (Node | string | null)[], go: string, danger?: boolean, act: (form: FormData) => Promise<void> }} question
 */
export function ask(question) {
  const dialog = byId('ask');
  const fault = byId('ask-fault');
  const go = byId('ask-go');
  setText(byId('ask-title'), question.title);
  byId('ask-body').replaceChildren(...question.body.filter((child) => child !== null));
  setText(go, question.go);
  go.className = question.danger ? 'danger' : '';
  go.disabled = false;
  fault.hidden = true;
  byId('ask-cancel').onclick = () => dialog.close();
  byId('ask-form').onsubmit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await question.act(new FormData(byId('ask-form')));
      dialog.close();
    } catch (error) {
      setText(
        fault,
        error instanceof Error && error.message !== ''
          ? error.message
          : 'The registry cannot be reached. Try again.',
      );
      fault.hidden = false;
      go.disabled = false;
    }
  };
  dialog.showModal();
}
