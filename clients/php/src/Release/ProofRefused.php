<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** A signed text is not what it should be; the message is the reason. */
final class ProofRefused extends \RuntimeException
{
}
