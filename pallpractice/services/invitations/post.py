"""The line to the mail server. It knows no rows and no words. It runs in a thread of its own, so it writes no log."""

import re
import smtplib
import ssl
from collections.abc import Callable

from ...domain.mail import Relay, line
from ...domain.text import Text, text

TIMEOUT_S = 20.0
GONE = text("The mail server hung up or did not answer in time, before it had the letter.")
SILENT = text("The mail server took the letter and did not say whether it will deliver it. It may have arrived.")


class Unreachable(Exception):
    """The mail server can't be used at all just now: nothing was sent."""


class Refused(Exception):
    """The mail server did not take this letter; the words are its reason."""


class Unsure(Exception):
    """The letter was handed over, and whether the server took it is not known."""


class Line:
    """One connection, opened when first needed and again once it was lost. Each step ends within `timeout` seconds."""

    def __init__(
        self,
        relay: Relay,
        host: str,
        *,
        timeout: float = TIMEOUT_S,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        """`host` is the name we greet with; `context` makes what certificates are checked by."""
        self.relay, self.host, self.timeout, self.context = relay, host, timeout, context
        self.smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connects and signs in, unless that has been done. Raises Unreachable, with what to do."""
        if self.smtp is not None and self._answers():
            return
        self.close()
        try:
            self._connect()
        except smtplib.SMTPAuthenticationError as error:
            self._fail(
                text(
                    "The mail server {server} refused the user or the password of PALLPRACTICE_SMTP_URL ({code}).",
                    server=self.relay,
                    code=error.smtp_code,
                )
            )
        except smtplib.SMTPNotSupportedError:
            self._fail(
                text(
                    "The mail server {server} offers no STARTTLS, or no way to sign in; without either, say so in"
                    " PALLPRACTICE_SMTP_URL.",
                    server=self.relay,
                )
            )
        except ssl.SSLCertVerificationError as error:
            self._fail(
                text(
                    "The mail server {server} can't prove who it is: {reason}.",
                    server=self.relay,
                    reason=error.verify_message,
                )
            )
        except TimeoutError:
            self._fail(
                text(
                    "The mail server {server} did not answer within {n} seconds.",
                    server=self.relay,
                    n=f"{self.timeout:g}",
                )
            )
        except (smtplib.SMTPException, OSError) as error:
            self._fail(
                text("The mail server {server} can't be used: {reason}.", server=self.relay, reason=_reason(error))
            )

    def send(self, sender: str, to: str, mail: bytes) -> None:
        """Hands one mail over. Raises Unreachable, Refused or Unsure."""
        self.open()
        assert self.smtp is not None, "an open line"
        try:
            self._offer(self.smtp, sender, to)
            self.smtp.send(re.sub(rb"(?m)^\.", b"..", mail).removesuffix(b"\r\n") + b"\r\n.\r\n")
        except (smtplib.SMTPException, OSError):
            self.close()
            raise Refused(GONE) from None
        try:
            code, reply = self.smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self.close()
            raise Unsure(SILENT) from None
        if code != 250:
            self._refuse(code, reply)

    def close(self) -> None:
        """Says goodbye if anyone listens."""
        smtp, self.smtp = self.smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _connect(self) -> None:
        relay = self.relay
        if relay.tls == "smtps":
            self.smtp = smtplib.SMTP_SSL(
                relay.host, relay.port, self.host, timeout=self.timeout, context=self.context()
            )
        else:
            self.smtp = smtplib.SMTP(relay.host, relay.port, self.host, timeout=self.timeout)
        if relay.tls == "starttls":
            self.smtp.starttls(context=self.context())
        self.smtp.ehlo_or_helo_if_needed()
        if relay.user:
            self.smtp.login(relay.user, relay.password)

    def _answers(self) -> bool:
        """A server may have hung up while nothing was sent."""
        assert self.smtp is not None
        try:
            return self.smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _offer(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        """Up to where the server asks for the letter itself."""
        for step, argument in ((smtp.mail, sender), (smtp.rcpt, to), (smtp.docmd, "DATA")):
            code, reply = step(argument)
            if code not in (250, 251, 354):
                self._refuse(code, reply)

    def _refuse(self, code: int, reply: bytes) -> None:
        if self.smtp is not None and not self._forgets(self.smtp):
            self.close()
        raise Refused(line(f"{code} {reply.decode('utf-8', 'replace')}"))

    def _forgets(self, smtp: smtplib.SMTP) -> bool:
        """Is the line fit for another letter?"""
        try:
            return smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _fail(self, words: Text) -> None:
        self.close()
        raise Unreachable(words)


def _reason(error: Exception) -> str:
    """In few words, and none of ours: a reply of the server, or what the system says."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
        return line(f"{error.smtp_code} {reply}")
    if isinstance(error, OSError) and error.strerror:
        return line(error.strerror)
    return line(str(error)) or error.__class__.__name__
