<?php

declare(strict_types=1);

namespace LicenseClient\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/** A function reads what a browser has sent only after it has checked the nonce and what the person may do. */
final class CheckedNonceSniff implements Sniff
{
    private const SENT = ['$_POST', '$_GET', '$_REQUEST'];
    private const CHECKS = ['check_admin_referer', 'current_user_can'];

    public function register(): array
    {
        return [T_VARIABLE];
    }

    public function process(File $phpcsFile, $stackPtr): void
    {
        if (!in_array($phpcsFile->getTokens()[$stackPtr]['content'], self::SENT, true)) {
            return;
        }
        $begin = (int) $phpcsFile->findPrevious(T_FUNCTION, $stackPtr);
        $before = explode('(', $phpcsFile->getTokensAsString($begin, $stackPtr - $begin));
        foreach (self::CHECKS as $check) {
            $isCalled = preg_grep("/\\b$check$/", $before) !== [];
            if (!$isCalled) {
                $phpcsFile->addError('%s comes first', $stackPtr, 'NotChecked', [$check]);
            }
        }
    }
}
