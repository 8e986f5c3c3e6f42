import { sentences, type Retellings } from '../../i18n/sentences.js';

const refused = 'Nothing they record from now on is taken.';
const abgelehnt = 'Was sie von jetzt an aufnimmt, wird nicht angenommen.';

/** Who has not stopped yet, as the registry says it (stopping/stopping.ts) and as a German reads it. */
export const german: Retellings = {
  straggler: sentences(
    [
      `{cameras} of {name} did not confirm the stop. Look at the agent. ${refused}`,
      `hat das Ende nicht bestätigt. Sehen Sie nach der Box. ${abgelehnt}`,
    ],
    [
      `{cameras} of {name}, offline since {time}: will stop when it is back. ${refused}`,
      `offline seit {time}: hört auf, sobald sie zurück ist. ${abgelehnt}`,
    ],
    [
      `{cameras} of {name}, not heard since the registry started: will stop when it is back. ${refused}`,
      `nicht gehört, seit die Registry läuft: hört auf, sobald sie zurück ist. ${abgelehnt}`,
    ],
    ['{cameras} of {name} stopping', 'hört gerade auf'],
  ),
};
