// A passkey that was refused or cancelled is told in words, not in the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const told = document.getElementById("passkey-error");
  if (told) told.hidden = false;
});
