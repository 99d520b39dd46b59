// Adds what no page can do without a script: the viewer's own time, the clipboard, and the date at the slider.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const addLocalTime = (time) => {
  const text = document.createElement('span');
  text.className = 'local';
  text.textContent = ` (${local.format(new Date(time.dateTime))} your time)`;
  time.append(text);
  time.dataset.shown = 'yes';
};

const enableCopy = (button) => {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const area = button.parentElement.querySelector('textarea');
    await navigator.clipboard.writeText(area.value);
    button.textContent = 'Copied';
  });
};

const showMoment = (slider) => {
  const output = slider.form.querySelector('output');
  const show = () => {
    output.textContent = local.format(new Date(Number(slider.value) * 60_000));
  };
  slider.addEventListener('input', show);
  show();
};

const enhance = (root) => {
  for (const time of root.querySelectorAll('time:not([data-shown])')) addLocalTime(time);
  for (const button of root.querySelectorAll('button[data-copy][hidden]')) enableCopy(button);
  for (const slider of root.querySelectorAll('input[type=range]')) showMoment(slider);
};

document.addEventListener('DOMContentLoaded', () => enhance(document));
document.addEventListener('htmx:afterSwap', (event) => enhance(event.detail.elt.parentElement ?? document));
