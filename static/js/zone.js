// Offers the browser's own time zone where none has been chosen; nothing is saved before the form is.

const select = document.querySelector('[data-guess-zone]');
const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select.value === '' && [...select.options].some((each) => each.value === guess)) select.value = guess;
