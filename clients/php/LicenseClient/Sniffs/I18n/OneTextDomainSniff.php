<?php

declare(strict_types=1);

namespace LicenseClient\Sniffs\I18n;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

/** Texts are literals that go through `t()`, which names the plugin's text domain: the build collects them there. */
final class OneTextDomainSniff implements Sniff
{
    private const OTHERS = ['__', '_e', '_x', '_n', 'esc_html__', 'esc_html_e', 'esc_attr__', 'esc_attr_e'];

    public function register(): array
    {
        return [T_STRING];
    }

    public function process(File $phpcsFile, $stackPtr): void
    {
        $tokens = $phpcsFile->getTokens();
        $name = $tokens[$stackPtr]['content'];
        $before = $tokens[$phpcsFile->findPrevious(T_WHITESPACE, $stackPtr - 1, null, true)]['code'];
        $open = (int) $phpcsFile->findNext(T_WHITESPACE, $stackPtr + 1, null, true);
        if ($tokens[$open]['code'] !== T_OPEN_PARENTHESIS) {
            return;
        }
        if ($before !== T_OBJECT_OPERATOR && in_array($name, self::OTHERS, true)) {
            $phpcsFile->addError('%s does not know the text domain of the plugin', $stackPtr, 'NotOurs', [$name]);
        }
        $first = $phpcsFile->findNext(T_WHITESPACE, $open + 1, null, true);
        $isLiteral = $tokens[$first]['code'] === T_CONSTANT_ENCAPSED_STRING;
        if ($before === T_OBJECT_OPERATOR && $name === 't' && !$isLiteral) {
            $phpcsFile->addError('the build cannot collect a text that is no literal', $stackPtr, 'NoLiteral');
        }
    }
}
