<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The end of one request. `body` is null where the service answered nothing that can be used; `fault` says why. */
final class Answer
{
    public int $status;
    public ?object $body;
    public ?string $fault;
    /** Seconds that the service asks us to wait. */
    public int $retryAfter;
    public string $text;
    /** The clock of the service; 0 where it named none. */
    public int $clock = 0;

    public function __construct(int $status, ?object $body, ?string $fault, int $retryAfter, string $text)
    {
        $this->status = $status;
        $this->body = $body;
        $this->fault = $fault;
        $this->retryAfter = $retryAfter;
        $this->text = $text;
    }
}
